import { grouped } from "../ui/words.ts";
import type { Mark } from "./layout.ts";
import { Swatch } from "./Swatch.tsx";
import classes from "./Readout.module.css";

interface Props {
  title: string;
  rows: { mark: Mark; label: string; value: number }[];
  notes: [label: string, value: number][];
  /** Where it points to, from the left of what is `width` wide. */
  x: number;
  width: number;
}

/** The values under the pointer. Hidden from screen readers, to which the slider says the same. */
export function Readout({ title, rows, notes, x, width }: Props) {
  const onTheLeft = x > width / 2;
  return (
    <div className={classes["readout"]} style={onTheLeft ? { right: width - x + 12 } : { left: x + 12 }} aria-hidden>
      <div className={classes["title"]}>{title}</div>
      {rows.map((row) => (
        <div key={row.label} className={classes["row"]}>
          <Swatch mark={row.mark} />
          <span>{row.label}</span>
          <span>{grouped(row.value)}</span>
        </div>
      ))}
      {notes.map(([label, value]) => (
        <div key={label} className={`${classes["row"] ?? ""} ${classes["note"] ?? ""}`}>
          <span>{label}</span>
          <span>{grouped(value)}</span>
        </div>
      ))}
    </div>
  );
}
