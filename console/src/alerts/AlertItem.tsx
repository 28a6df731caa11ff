import { Anchor, Button, Title } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { Link } from "react-router";
import type { Alert } from "../api/types.ts";
import { places } from "../places.ts";
import { Time } from "../ui/Time.tsx";
import { counted } from "../ui/words.ts";
import { SeverityBadge } from "./SeverityBadge.tsx";
import { factWords } from "./facts.ts";
import classes from "./AlertItem.module.css";

interface Props {
  alert: Alert;
  /** Absent for those who may only look. */
  onAcknowledge: (() => void) | null;
  busy: boolean;
  /** On the key's own page its name need not be said. */
  withKey?: boolean;
}

const looks: Record<Alert["rule"], { label: string; place: (id: string) => string }> = {
  new_network: { label: "its addresses", place: places.apiKeyUsage },
  unusual_traffic: { label: "its usage", place: places.apiKeyUsage },
  refusal_burst: { label: "its refusals", place: places.apiKeyUsage },
  quota_near: { label: "its limits", place: places.apiKeyLimits },
  unused: { label: "the key", place: places.apiKey },
  old_key: { label: "its rotation", place: places.apiKeyRotation },
  key_ending: { label: "the key", place: places.apiKey },
  secret_due: { label: "its rotation", place: places.apiKeyRotation },
  rotation: { label: "its rotation", place: places.apiKeyRotation },
  hand_over: { label: "its hand-overs", place: places.apiKeyRotation },
  exposed: { label: "its rotation", place: places.apiKeyRotation },
};

export function AlertItem({ alert, onAcknowledge, busy, withKey = true }: Props) {
  const { key } = alert;
  const look = looks[alert.rule];
  return (
    <li className={classes["alert"]}>
      <SeverityBadge severity={alert.severity} />
      <div className={classes["words"]}>
        <Title order={withKey ? 2 : 3} className={classes["title"] ?? ""}>
          {alert.title}
        </Title>
        <div className={classes["meta"]}>
          <Time at={alert.last_at} />
          {alert.count > 1 && (
            <span>
              {counted(alert.count, "time")} since <Time at={alert.first_at} />
            </span>
          )}
          {key && withKey && (
            <Anchor component={Link} to={places.apiKey(key.id)} inherit underline="always">
              {key.nickname}
            </Anchor>
          )}
          {key && (
            <Anchor component={Link} to={look.place(key.id)} inherit underline="always" aria-label={`See ${look.label}: ${key.nickname}`}>
              See {look.label}
            </Anchor>
          )}
        </div>
        <div className={classes["detail"]}>{alert.detail}</div>
        <dl className={classes["facts"]} aria-label="Facts">
          {factWords(alert.facts).map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      {alert.status === "open" ? (
        onAcknowledge && (
          <div>
            <Button variant="default" size="xs" loading={busy} leftSection={<IconCheck size={14} aria-hidden />} onClick={onAcknowledge} aria-label={`Acknowledge: ${alert.title}`}>
              Acknowledge
            </Button>
          </div>
        )
      ) : (
        <div className={classes["done"]}>
          Acknowledged {alert.acknowledged_at !== null && <Time at={alert.acknowledged_at} />}
          {alert.acknowledged_by !== null && <div>by {alert.acknowledged_by}</div>}
        </div>
      )}
    </li>
  );
}
