import { Group, Radio, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useKeyPolicy } from "../../api/rotation.ts";
import { Disclosure } from "../../ui/Disclosure.tsx";
import { useNow } from "../../ui/now.ts";
import { calendarDate, endOfDay, exactTime, inDays } from "../../ui/time.ts";
import classes from "./ExpiryField.module.css";

interface Props {
  tenant: string;
  /** When the key was made; null for one that is being made. */
  made: string | null;
  /** A calendar day; null for never. */
  value: string | null;
  error: string | undefined;
  onChange: (value: string | null) => void;
}

const presets = [30, 90, 365];
const presetLabels: Record<string, string> = { never: "Never", "30": "30 days", "90": "90 days", "365": "1 year", date: "On a date" };

/** The last moment that the key policy permits; null when it sets none. */
function latestEnd(maxDays: number | null, made: number): string | null {
  return maxDays === null ? null : new Date(made + maxDays * 86_400_000).toISOString();
}

export function ExpiryField({ tenant, made, value, error, onChange }: Props) {
  const now = useNow();
  const [open, setOpen] = useState(value !== null);
  const [mode, setMode] = useState(value === null ? "never" : "date");
  const end = value === null ? null : endOfDay(value);
  const latest = latestEnd(useKeyPolicy(tenant).data?.max_lifetime_days ?? null, made === null ? now : Date.parse(made));

  const choose = (to: string) => {
    setMode(to);
    if (to === "never") onChange(null);
    else if (to === "date") onChange(value ?? "");
    else onChange(inDays(now, Number(to)));
  };

  return (
    <Disclosure
      title="Expiry"
      state={end === null ? (value === null ? (latest === null ? "Never" : calendarDate(latest)) : "No date yet") : calendarDate(end)}
      open={open || error !== undefined}
      onToggle={setOpen}
    >
      <Radio.Group label="The key ends" value={mode} onChange={choose}>
        <Group gap="md" mt={8}>
          {["never", ...presets.map(String), "date"].map((preset) => (
            <Radio key={preset} value={preset} size="xs" label={preset === "never" && latest !== null ? "As late as permitted" : presetLabels[preset]} classNames={{ label: classes["label"] ?? "" }} />
          ))}
        </Group>
      </Radio.Group>
      {latest !== null && (
        <Text c="dimmed" size="xs" mt={8}>
          By the key policy it ends on {calendarDate(latest)} at the latest.
        </Text>
      )}
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
