import { Tooltip } from "@mantine/core";
import type { ApiKey } from "../api/types.ts";
import { useNow } from "../ui/now.ts";
import { exactTime } from "../ui/time.ts";
import { StateDot } from "../ui/StateDot.tsx";
import { statusView } from "./status.ts";

export function StatusBadge({ apiKey }: { apiKey: ApiKey }) {
  const { label, tone, at } = statusView(apiKey, useNow());
  const badge = <StateDot tone={tone}>{label}</StateDot>;
  return at === null ? (
    badge
  ) : (
    <Tooltip label={exactTime(at)}>
      <span>{badge}</span>
    </Tooltip>
  );
}
