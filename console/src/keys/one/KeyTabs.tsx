import { NavLink } from "react-router";
import { places } from "../../places.ts";
import classes from "./KeyTabs.module.css";

/** The parts of a key's page. Each has an address of its own, so they are links. */
export function KeyTabs({ id }: { id: string }) {
  const tabs = [
    { to: places.apiKey(id), label: "Overview" },
    { to: places.apiKeyUsage(id), label: "Usage" },
    { to: places.apiKeyLimits(id), label: "Limits" },
    { to: places.apiKeyRotation(id), label: "Rotation" },
    { to: places.apiKeyLeastPrivilege(id), label: "Least privilege" },
  ];
  return (
    <nav className={classes["tabs"]} aria-label="Parts of this key's page">
      {tabs.map(({ to, label }) => (
        <NavLink key={to} to={to} end className={classes["tab"] ?? ""}>
          {label}
        </NavLink>
      ))}
    </nav>
  );
}
