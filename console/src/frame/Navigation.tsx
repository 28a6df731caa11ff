import { IconExternalLink, IconKey, IconSettings } from "@tabler/icons-react";
import { NavLink } from "react-router";
import { places } from "../places.ts";
import classes from "./Navigation.module.css";

export function Navigation() {
  return (
    <nav className={classes["nav"]} aria-label="Main">
      <ul className={classes["list"]}>
        <li>
          <NavLink to={places.settings} className={classes["top"] ?? ""} aria-current={false}>
            <IconSettings size={17} stroke={1.75} aria-hidden />
            Settings
          </NavLink>
          <ul className={classes["list"]}>
            <li>
              <NavLink to={places.general} className={classes["group"] ?? ""} aria-current={false}>
                General
              </NavLink>
              <ul className={classes["list"]}>
                <li>
                  <NavLink to={places.apiKeys} className={classes["leaf"] ?? ""}>
                    <IconKey size={16} stroke={1.75} aria-hidden />
                    API Key Management
                  </NavLink>
                </li>
              </ul>
            </li>
          </ul>
        </li>
      </ul>
      <a className={classes["reference"]} href={places.apiReference} target="_blank" rel="noreferrer">
        API reference
        <IconExternalLink size={15} stroke={1.75} aria-label="opens in a new tab" role="img" />
      </a>
    </nav>
  );
}
