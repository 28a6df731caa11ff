import { grouped } from "../ui/words.ts";
import type { ChartSeries } from "./layout.ts";
import { Swatch } from "./Swatch.tsx";
import classes from "./Legend.module.css";

/** The names of the series, with what each comes to. */
export function Legend({ series }: { series: readonly ChartSeries[] }) {
  return (
    <ul className={classes["legend"]} aria-label="Series">
      {series.map((each) => (
        <li key={each.id}>
          <Swatch mark={each.mark} /> {each.label}{" "}
          <span className={classes["total"]}>{grouped(each.values.reduce((sum, value) => sum + value, 0))}</span>
        </li>
      ))}
    </ul>
  );
}
