import { grouped } from "../ui/words.ts";
import classes from "./ShareBar.module.css";

/** A number in a table with a bar for its size against the largest; the number stands beside it, so the bar is decoration. */
export function ShareBar({ value, most, mark = "plain" }: { value: number; most: number; mark?: "plain" | "refused" }) {
  return (
    <span className={classes["share"]}>
      <span className={classes["track"]} aria-hidden>
        <span className={`${classes["fill"] ?? ""} ${classes[mark] ?? ""}`} style={{ width: `${String(most === 0 ? 0 : Math.max(1.5, (value / most) * 100))}%` }} />
      </span>
      <span className={classes["number"]}>{grouped(value)}</span>
    </span>
  );
}
