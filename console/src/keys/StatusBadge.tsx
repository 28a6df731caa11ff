import { Text, Tooltip } from "@mantine/core";
import type { ApiKey } from "../api/types.ts";
import { useNow } from "../ui/now.ts";
import { exactTime } from "../ui/time.ts";
import { StateDot } from "../ui/StateDot.tsx";
import { statusView } from "./status.ts";

/** `stacked`: in a column, where what goes with the status has a line of its own. */
export function StatusBadge({ apiKey, stacked = false }: { apiKey: ApiKey; stacked?: boolean }) {
  const { label, note, tone, at } = statusView(apiKey, useNow());
  const beside = note !== undefined && !stacked ? ` ${note}` : "";
  const badge = (
    <span>
      <StateDot tone={tone}>{label + beside}</StateDot>
      {note !== undefined && stacked && (
        <Text component="span" display="block" size="xs" c="dimmed" pl="0.95rem">
          {note}
        </Text>
      )}
    </span>
  );
  return at === null ? badge : <Tooltip label={exactTime(at)}>{badge}</Tooltip>;
}
