import { Group, Radio, TextInput } from "@mantine/core";
import { useState } from "react";
import { Disclosure } from "../../ui/Disclosure.tsx";
import { useNow } from "../../ui/now.ts";
import { calendarDate, endOfDay, exactTime, inDays } from "../../ui/time.ts";
import classes from "./ExpiryField.module.css";

interface Props {
  /** A calendar day; null for never. */
  value: string | null;
  error: string | undefined;
  onChange: (value: string | null) => void;
}

const presets = [30, 90, 365];
const presetLabels: Record<string, string> = { never: "Never", "30": "30 days", "90": "90 days", "365": "1 year", date: "On a date" };

export function ExpiryField({ value, error, onChange }: Props) {
  const now = useNow();
  const [open, setOpen] = useState(value !== null);
  const [mode, setMode] = useState(value === null ? "never" : "date");
  const end = value === null ? null : endOfDay(value);

  const choose = (to: string) => {
    setMode(to);
    if (to === "never") onChange(null);
    else if (to === "date") onChange(value ?? "");
    else onChange(inDays(now, Number(to)));
  };

  return (
    <Disclosure
      title="Expiry"
      state={end === null ? (value === null ? "Never" : "No date yet") : calendarDate(end)}
      open={open || error !== undefined}
      onToggle={setOpen}
    >
      <Radio.Group label="The key ends" value={mode} onChange={choose}>
        <Group gap="md" mt={8}>
          {["never", ...presets.map(String), "date"].map((preset) => (
            <Radio key={preset} value={preset} size="xs" label={presetLabels[preset]} classNames={{ label: classes["label"] ?? "" }} />
          ))}
        </Group>
      </Radio.Group>
      {mode !== "never" && (
        <TextInput
          mt="sm"
          maw={280}
          type="date"
          label="Last day"
          value={value ?? ""}
          min={inDays(now, 0)}
          error={error}
          description={end === null ? "The key works through the end of this day." : `Works until ${exactTime(end)}.`}
          inputWrapperOrder={["label", "input", "description", "error"]}
          onChange={(event) => {
            setMode("date");
            onChange(event.currentTarget.value);
          }}
        />
      )}
    </Disclosure>
  );
}
