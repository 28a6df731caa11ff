import { VisuallyHidden } from "@mantine/core";
import { useOpenAlerts } from "../api/alerts.ts";
import { useAccount } from "../session/context.ts";
import { grouped } from "../ui/words.ts";
import classes from "./OpenAlerts.module.css";

/** How many alerts are open, beside their page in the navigation; nothing for none. */
export function OpenAlerts() {
  const { tenant } = useAccount();
  const open = useOpenAlerts(tenant.id) ?? 0;
  if (open === 0) return null;
  return (
    <span className={classes["count"]}>
      {grouped(open)}
      <VisuallyHidden> open</VisuallyHidden>
    </span>
  );
}
