import { largestSum, stack, type ChartSeries } from "./layout.ts";
import classes from "./Sparkline.module.css";

const width = 66;
const height = 20;

/** The course of a few days at a glance; `label` says what it comes to. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const series: ChartSeries[] = [{ id: "all", label: "", values, mark: "plain" }];
  const [bars = []] = stack(series, values.length, width, height, Math.max(1, largestSum(series, values.length)));
  return (
    <svg className={classes["spark"]} width={width} height={height + 1} role="img" aria-label={label}>
      <line className={classes["base"]} x1={0} x2={width} y1={height + 0.5} y2={height + 0.5} />
      {bars.map((bar, i) => (
        <rect key={i} {...bar} />
      ))}
    </svg>
  );
}
