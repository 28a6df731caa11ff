import { Tooltip } from "@mantine/core";
import { useNow } from "./now.ts";
import { exactTime, relativeTime } from "./time.ts";

/** A moment as people say it; the exact one, in the viewer's zone, on hover. */
export function Time({ at }: { at: string }) {
  return (
    <Tooltip label={exactTime(at)}>
      <time dateTime={at}>{relativeTime(at, useNow())}</time>
    </Tooltip>
  );
}
