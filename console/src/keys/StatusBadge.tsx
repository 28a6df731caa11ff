import { Tooltip } from "@mantine/core";
import type { ApiKey } from "../api/types.ts";
import { useNow } from "../ui/now.ts";
import { exactTime } from "../ui/time.ts";
import { statusView } from "./status.ts";
import classes from "./StatusBadge.module.css";

export function StatusBadge({ apiKey }: { apiKey: ApiKey }) {
  const { label, tone, at } = statusView(apiKey, useNow());
  const badge = (
    <span className={classes["status"]} data-tone={tone}>
      {label}
    </span>
  );
  return at === null ? badge : <Tooltip label={exactTime(at)}>{badge}</Tooltip>;
}
