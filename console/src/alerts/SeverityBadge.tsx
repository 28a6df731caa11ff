import { IconAlertOctagon, IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { Alert } from "../api/types.ts";
import classes from "./SeverityBadge.module.css";

const shows = {
  critical: { label: "Critical", Icon: IconAlertOctagon },
  warning: { label: "Warning", Icon: IconAlertTriangle },
  info: { label: "Notice", Icon: IconInfoCircle },
} as const;

/** How grave it is: in a word, a shape and a color. */
export function SeverityBadge({ severity }: { severity: Alert["severity"] }) {
  const { label, Icon } = shows[severity];
  return (
    <span className={classes["severity"]} data-severity={severity}>
      <Icon size={16} stroke={1.9} aria-hidden />
      {label}
    </span>
  );
}
