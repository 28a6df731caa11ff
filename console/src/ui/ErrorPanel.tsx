import { Button, Code, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import { describeError } from "../api/problem.ts";
import classes from "./Panel.module.css";

/** What happened, what to do, and the request id to quote. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, detail, requestId } = describeError(error);
  return (
    <div className={classes["panel"]} role="alert">
      <IconAlertTriangle className={classes["bad"]} size={28} stroke={1.5} aria-hidden />
      <Title order={2}>{title}</Title>
      <Text c="dimmed" maw={480}>
        {detail}
      </Text>
      {requestId !== "" && (
        <Text c="dimmed" size="xs">
          Request <Code>{requestId}</Code>
        </Text>
      )}
      {onRetry && (
        <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
