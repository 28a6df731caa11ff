import { SegmentedControl } from "@mantine/core";
import { CustomRange } from "./CustomRange.tsx";
import { presets, type Preset, type Range } from "./range.ts";
import classes from "./RangeControl.module.css";

/** The stretch of time that a page shows. It lives in the address. */
export function RangeControl({ range, onChange }: { range: Range; onChange: (range: Range) => void }) {
  return (
    <div className={classes["control"]} role="group" aria-label="Time range">
      <SegmentedControl
        size="xs"
        className={classes["presets"] ?? ""}
        value={"preset" in range ? range.preset : ""}
        onChange={(value) => onChange({ preset: value as Preset })}
        data={presets.map(({ value, label, words }) => ({ value, label: <span title={words}>{label}</span> }))}
        transitionDuration={0}
      />
      <CustomRange key={JSON.stringify(range)} range={range} onChange={onChange} />
    </div>
  );
}
