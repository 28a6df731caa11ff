import { notifications } from "@mantine/notifications";
import { useAcknowledge } from "../api/alerts.ts";
import { describeError } from "../api/problem.ts";
import type { Alert } from "../api/types.ts";
import { useAccount } from "../session/context.ts";
import { AlertItem } from "./AlertItem.tsx";
import classes from "./AlertList.module.css";

/** Alerts, each to be acknowledged: said to have been seen. Nothing about the key changes by it. */
export function AlertList({ alerts, withKey = true }: { alerts: readonly Alert[]; withKey?: boolean }) {
  const { tenant, mayWrite } = useAccount();
  const acknowledge = useAcknowledge(tenant.id);

  const run = (alert: Alert) => {
    acknowledge.mutate(alert.id, {
      onSuccess: () => notifications.show({ title: "Acknowledged", message: "It stays under Acknowledged. If it happens again, a new alert opens." }),
      onError: (error) => notifications.show({ color: "red", title: "Not acknowledged", message: describeError(error).detail }),
    });
  };

  return (
    <ul className={classes["list"]} aria-label="Alerts">
      {alerts.map((alert) => (
        <AlertItem
          key={alert.id}
          alert={alert}
          withKey={withKey}
          busy={acknowledge.isPending && acknowledge.variables === alert.id}
          onAcknowledge={mayWrite ? () => run(alert) : null}
        />
      ))}
    </ul>
  );
}
