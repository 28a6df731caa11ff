import { NativeSelect, Radio, TextInput } from "@mantine/core";
import { duration } from "../words.ts";
import { overlapPresets, overlapSeconds, overlapUnits, type OverlapValues } from "./values.ts";
import classes from "./OverlapField.module.css";

interface Props {
  label: string;
  /** What an overlap of 0 is called. */
  none: string;
  value: OverlapValues;
  disabled?: boolean;
  onChange: (value: OverlapValues) => void;
}

/** For how long old and new both work: a preset, or a number with its unit. */
export function OverlapField({ label, none, value, disabled = false, onChange }: Props) {
  const wrong = overlapSeconds(value) === null;
  return (
    <div>
      <Radio.Group label={label} value={value.choice} onChange={(choice) => onChange({ ...value, choice })}>
        <div className={classes["choices"]}>
          {overlapPresets.map((seconds) => (
            <Radio key={seconds} value={String(seconds)} label={seconds === 0 ? none : duration(seconds)} disabled={disabled} />
          ))}
          <Radio value="custom" label="Another time" disabled={disabled} />
        </div>
      </Radio.Group>
      {value.choice === "custom" && (
        <div className={classes["custom"]}>
          <TextInput
            size="xs"
            label="How long"
            inputMode="numeric"
            autoComplete="off"
            disabled={disabled}
            classNames={{ input: classes["amount"] ?? "" }}
            value={value.amount}
            error={wrong ? "Enter a whole number, 90 days at most." : undefined}
            onChange={(event) => onChange({ ...value, amount: event.currentTarget.value })}
          />
          <NativeSelect
            size="xs"
            label="Unit"
            disabled={disabled}
            value={value.unit}
            data={[...overlapUnits]}
            onChange={(event) => onChange({ ...value, unit: event.currentTarget.value })}
          />
        </div>
      )}
    </div>
  );
}
