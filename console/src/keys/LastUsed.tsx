import { Text } from "@mantine/core";
import type { ApiKey } from "../api/types.ts";
import { useNow } from "../ui/now.ts";
import { Time } from "../ui/Time.tsx";
import { neverUsedForLong } from "./status.ts";
import classes from "./LastUsed.module.css";

export function LastUsed({ apiKey }: { apiKey: ApiKey }) {
  const stale = neverUsedForLong(apiKey, useNow());
  if (apiKey.last_used === null) {
    return (
      <span className={classes["never"]} data-stale={stale || undefined}>
        Never
      </span>
    );
  }
  return (
    <span className={classes["used"]}>
      <Time at={apiKey.last_used.at} />
      <Text span size="xs" c="dimmed" truncate>
        from <span className="mono">{apiKey.last_used.address}</span>
      </Text>
    </span>
  );
}
