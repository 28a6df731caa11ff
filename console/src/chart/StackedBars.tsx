import { useElementSize } from "@mantine/hooks";
import { useId, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { Granularity } from "../api/types.ts";
import { counted, grouped } from "../ui/words.ts";
import { MarkPattern, fillOf } from "./MarkPattern.tsx";
import { Readout } from "./Readout.tsx";
import { bucketLabel, timeTicks, valueTicks } from "./axis.ts";
import { bucketAt, compact, largestSum, stack, sumAt, type ChartSeries } from "./layout.ts";
import classes from "./StackedBars.module.css";

export interface StackedBarsProps {
  /** What is drawn, for those who don't see it. */
  label: string;
  times: readonly string[];
  granularity: Granularity;
  series: readonly ChartSeries[];
  /** What is counted: "request". */
  unit: string;
  /** More about one bucket, such as the reasons of its refusals. */
  notes?: (bucket: number) => [label: string, value: number][];
  height?: number;
}

const left = 42;
const above = 8;
const below = 22;

/**
 * Bars over time. The picture itself is hidden from screen readers; what has the focus is a slider over the buckets,
 * which they know how to move with the arrow keys and whose value they read out, politely, at each step.
 */
export function StackedBars({ label, times, granularity, series, unit, notes, height = 200 }: StackedBarsProps) {
  const id = useId();
  const { ref, width } = useElementSize<HTMLDivElement>();
  // The bucket looked at, by its time: it stays the same one when new ones come in at the end.
  const [time, setTime] = useState<string | null>(null);
  const [focused, setFocused] = useState(false);
  const count = times.length;
  const at = time === null ? -1 : times.indexOf(time);
  const ticks = valueTicks(largestSum(series, count), 4);
  const top = ticks.at(-1) ?? 1;
  const inner = Math.max(0, width - left);
  const bars = stack(series, count, inner, height, top);

  const look = (bucket: number) => setTime(times[Math.min(count - 1, Math.max(0, bucket))] ?? null);
  const point = (event: PointerEvent<HTMLDivElement>) => {
    look(bucketAt(event.clientX - event.currentTarget.getBoundingClientRect().left - left, inner, count));
  };
  const move = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.round(count / 10));
    const from = at < 0 ? count : at;
    const steps: Record<string, number> = {
      ArrowLeft: from - 1, ArrowDown: from - 1, ArrowRight: from + 1, ArrowUp: from + 1,
      PageDown: from - page, PageUp: from + page, Home: 0, End: count - 1,
    };
    const to = steps[event.key];
    if (event.key === "Escape") setTime(null);
    if (to === undefined) return;
    event.preventDefault();
    look(to);
  };

  const words = (i: number) =>
    [
      `${bucketLabel(times[i] ?? "", granularity)}: ${counted(sumAt(series, i), unit)}`,
      ...(series.length > 1 ? series.map((each) => `${grouped(each.values[i] ?? 0)} ${each.label.toLowerCase()}`) : []),
      ...(notes?.(i).map(([name, value]) => `${grouped(value)} ${name}`) ?? []),
    ].join(", ");

  return (
    <div
      ref={ref}
      className={classes["plot"]}
      role="slider"
      tabIndex={0}
      aria-label={`${label}. Arrow keys move through time`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, count - 1)}
      aria-valuenow={at < 0 ? Math.max(0, count - 1) : at}
      aria-valuetext={at < 0 ? "No point in time chosen" : words(at)}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => !focused && setTime(null)}
      onFocus={() => setFocused(true)}
      onBlur={() => {
        setFocused(false);
        setTime(null);
      }}
      onKeyDown={move}
    >
      <svg className={classes["picture"]} height={above + height + below} viewBox={`0 ${String(-above)} ${String(Math.max(1, width))} ${String(above + height + below)}`} aria-hidden>
        {series.map((each) => (
          <MarkPattern key={each.id} id={`${id}-${each.id}`} mark={each.mark} />
        ))}
        {ticks.map((value) => (
          <g key={value} transform={`translate(0 ${String(height - (value / top) * height + 0.5)})`}>
            <line x1={left} x2={width} className={classes[value === 0 ? "base" : "grid"]} />
            <text x={left - 8} dy="0.32em" textAnchor="end" className={classes["tick"]}>
              {compact(value)}
            </text>
          </g>
        ))}
        <g transform={`translate(${String(left)} 0)`}>
          {at >= 0 && <rect className={classes["band"]} x={(at * inner) / count} width={inner / count} y={0} height={height} />}
          {series.map((each, i) => (
            <g key={each.id} fill={fillOf(`${id}-${each.id}`, each.mark)}>
              {bars[i]?.map((bar, nth) => <rect key={nth} {...bar} />)}
            </g>
          ))}
          {timeTicks(times, granularity, inner).map((tick) => (
            <text key={tick.at} x={tick.at + inner / count / 2} y={height + 16} textAnchor={tick.at < 24 ? "start" : tick.at > inner - 24 ? "end" : "middle"} className={classes["tick"]}>
              {tick.label}
            </text>
          ))}
        </g>
      </svg>
      {at >= 0 && (
        <Readout
          title={bucketLabel(times[at] ?? "", granularity)}
          rows={series.map((each) => ({ mark: each.mark, label: each.label, value: each.values[at] ?? 0 }))}
          notes={notes?.(at) ?? []}
          x={left + ((at + 0.5) * inner) / count}
          width={width}
        />
      )}
    </div>
  );
}
