import { Anchor, Text, Title } from "@mantine/core";
import { IconBellCheck } from "@tabler/icons-react";
import { Link } from "react-router";
import type { AlertStatus } from "../api/alerts.ts";
import { places } from "../places.ts";
import classes from "./NoAlerts.module.css";

/** Nothing to see: what would be, and where it is set. */
export function NoAlerts({ status }: { status: AlertStatus }) {
  const titles: Record<AlertStatus, string> = { open: "Nothing needs attention", acknowledged: "Nothing was acknowledged yet", all: "No alerts yet" };
  return (
    <div className={classes["empty"]}>
      <IconBellCheck size={30} stroke={1.5} aria-hidden />
      <Title order={2}>{titles[status]}</Title>
      <Text c="dimmed">An alert opens when a key does what it never did, or stops doing what it did:</Text>
      <ul className={classes["list"]}>
        <li>it is used from a new network, or far more than usual</li>
        <li>many of its requests are refused, or a quota runs out</li>
        <li>nobody has used it for a long time, or its secret is old</li>
      </ul>
      <Text>
        Choose in the{" "}
        <Anchor component={Link} to={places.alertRules} underline="always">
          alert rules
        </Anchor>{" "}
        what you are told, and send it elsewhere with{" "}
        <Anchor component={Link} to={places.webhooks} underline="always">
          webhooks
        </Anchor>
        .
      </Text>
    </div>
  );
}
