import { Button, Tooltip } from "@mantine/core";
import classes from "./LiveToggle.module.css";

/** Whether the numbers keep up with the present. Off for a range that lies in the past. */
export function LiveToggle({ live, possible, onChange }: { live: boolean; possible: boolean; onChange: (live: boolean) => void }) {
  const on = live && possible;
  const tip = !possible ? "This range lies in the past." : on ? "New numbers every 5 seconds. Press to pause." : "Paused. Press to go on.";
  return (
    <Tooltip label={tip}>
      <Button
        variant="default"
        size="xs"
        miw={86}
        role="switch"
        aria-checked={on}
        aria-label="Live update"
        disabled={!possible}
        leftSection={<span className={classes["dot"]} data-off={!on || undefined} aria-hidden />}
        onClick={() => onChange(!live)}
      >
        {on ? "Live" : "Paused"}
      </Button>
    </Tooltip>
  );
}
