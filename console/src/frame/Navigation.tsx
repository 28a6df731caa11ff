import { IconBell, IconChartBar, IconExternalLink, IconKey, IconListCheck, IconSend, IconServer2, IconSettings, IconShieldLock, IconWebhook } from "@tabler/icons-react";
import { NavLink } from "react-router";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { OpenAlerts } from "./OpenAlerts.tsx";
import classes from "./Navigation.module.css";

const icon = { size: 17, stroke: 1.75, "aria-hidden": true } as const;
const small = { ...icon, size: 16 } as const;

export function Navigation() {
  const { mayWrite } = useAccount();
  return (
    <nav className={classes["nav"]} aria-label="Main">
      <ul className={classes["list"]}>
        <li>
          <NavLink to={places.usage} className={classes["page"] ?? ""}>
            <IconChartBar {...icon} />
            Usage
          </NavLink>
        </li>
        <li>
          <NavLink to={places.alerts} className={classes["page"] ?? ""}>
            <IconBell {...icon} />
            Alerts
            <OpenAlerts />
          </NavLink>
        </li>
        <li>
          <NavLink to={places.settings} className={classes["top"] ?? ""} aria-current={false}>
            <IconSettings {...icon} />
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
                    <IconKey {...small} />
                    API Key Management
                  </NavLink>
                </li>
                <li>
                  <NavLink to={places.requestLinks} className={classes["leaf"] ?? ""}>
                    <IconSend {...small} />
                    Request links
                  </NavLink>
                </li>
                <li>
                  <NavLink to={places.alertRules} className={classes["leaf"] ?? ""}>
                    <IconListCheck {...small} />
                    Alert rules
                  </NavLink>
                </li>
              </ul>
            </li>
            <li>
              <NavLink to={places.security} className={classes["group"] ?? ""} aria-current={false}>
                Security
              </NavLink>
              <ul className={classes["list"]}>
                <li>
                  <NavLink to={places.keyPolicy} className={classes["leaf"] ?? ""}>
                    <IconShieldLock {...small} />
                    Key policy
                  </NavLink>
                </li>
              </ul>
            </li>
            <li>
              <NavLink to={places.integrations} className={classes["group"] ?? ""} aria-current={false}>
                Integrations
              </NavLink>
              <ul className={classes["list"]}>
                <li>
                  <NavLink to={places.webhooks} className={classes["leaf"] ?? ""}>
                    <IconWebhook {...small} />
                    Webhooks
                  </NavLink>
                </li>
              </ul>
            </li>
            {mayWrite && (
              <li>
                <NavLink to={places.system} className={classes["group"] ?? ""} aria-current={false}>
                  System
                </NavLink>
                <ul className={classes["list"]}>
                  <li>
                    <NavLink to={places.nodes} className={classes["leaf"] ?? ""}>
                      <IconServer2 {...small} />
                      Nodes
                    </NavLink>
                  </li>
                </ul>
              </li>
            )}
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
