import { Button, Popover, TextInput } from "@mantine/core";
import { IconCalendar } from "@tabler/icons-react";
import { useState, type SubmitEvent } from "react";
import { localMinute } from "../ui/time.ts";
import { rangeWords, spanOf, type Range } from "./range.ts";
import classes from "./RangeControl.module.css";

/** From one moment to another, in the viewer's zone. */
export function CustomRange({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  const chosen = "preset" in range ? null : range;
  const [open, setOpen] = useState(false);
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [error, setError] = useState<string | null>(null);

  const show = () => {
    const span = spanOf(range);
    const now = Date.now();
    setFrom(localMinute("last" in span ? now - span.last : span.from));
    setTo(localMinute("last" in span ? now : span.to));
    setError(null);
    setOpen(!open);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const [start, end] = [new Date(from), new Date(to)];
    if (!(start < end)) {
      setError("The end must be after the start.");
      return;
    }
    setOpen(false);
    onChange({ from: start.toISOString(), to: end.toISOString() });
  };

  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" trapFocus withinPortal={false} transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Button
          variant={chosen ? "light" : "default"}
          size="xs"
          leftSection={<IconCalendar size={14} aria-hidden />}
          onClick={show}
          aria-label={chosen ? `Custom range: ${rangeWords(chosen)}` : "Custom range"}
        >
          {chosen ? rangeWords(chosen) : "Custom"}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Custom range">
        <form onSubmit={submit} noValidate className={classes["custom"]}>
          <TextInput size="xs" type="datetime-local" label="From" value={from} max={to} onChange={(event) => setFrom(event.currentTarget.value)} data-autofocus />
          <TextInput size="xs" type="datetime-local" label="To" value={to} min={from} error={error} onChange={(event) => setTo(event.currentTarget.value)} />
          <Button type="submit" size="xs">
            Show
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
