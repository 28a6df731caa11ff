import { Text } from "@mantine/core";
import { Link } from "react-router";
import { places } from "../../places.ts";
import { Time } from "../../ui/Time.tsx";
import { AccessTypeBadge } from "../AccessTypeBadge.tsx";
import { KeyMenu } from "../actions/KeyMenu.tsx";
import { LastUsed } from "../LastUsed.tsx";
import { StatusBadge } from "../StatusBadge.tsx";
import { restrictionCounts } from "../summary.ts";
import type { KeyViewProps } from "./KeyTable.tsx";
import { WeekOfRequests } from "./WeekOfRequests.tsx";
import classes from "./KeyCards.module.css";

/** The table, for widths at which its columns don't fit. */
export function KeyCards({ keys, catalog, weekOf, onAction }: KeyViewProps) {
  return (
    <ul className={classes["cards"]} aria-label="API keys">
      {keys.map((key) => (
        <li key={key.id} className={classes["card"]}>
          <div className={classes["head"]}>
            <div className={classes["names"]}>
              <Link to={places.apiKey(key.id)} className={classes["link"]}>
                {key.nickname}
              </Link>
              <Text size="xs" c="dimmed" truncate>
                {key.contact_email}
              </Text>
            </div>
            <KeyMenu apiKey={key} onAction={onAction} />
          </div>
          <div className={classes["line"]}>
            <StatusBadge apiKey={key} />
            <AccessTypeBadge id={key.access_type} catalog={catalog} />
            <Text span size="xs" c="dimmed">
              {restrictionCounts(key.restrictions)}
            </Text>
          </div>
          <dl className={classes["facts"]}>
            <dt>Key</dt>
            <dd className="mono">{key.hint}</dd>
            <dt>Last used</dt>
            <dd>
              <LastUsed apiKey={key} />
            </dd>
            <dt>Requests</dt>
            <dd>
              <WeekOfRequests values={weekOf(key.id)} />
            </dd>
            <dt>Created</dt>
            <dd>
              <Time at={key.created_at} />
            </dd>
          </dl>
        </li>
      ))}
    </ul>
  );
}
