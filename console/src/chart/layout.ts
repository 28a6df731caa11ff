import { scaleLinear, scaleTime, scaleUtc } from "d3-scale";
import type { Granularity } from "../api/types.ts";

/** Equal series over equal buckets, as they are stacked: the first stands on the axis. */
export interface ChartSeries {
  id: string;
  label: string;
  values: readonly number[];
  /** How it is filled. Each mark has a color and a texture of its own, so that neither is needed to tell it. */
  mark: Mark;
}

export type Mark = "allowed" | "refused" | "plain";

export interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Tick {
  at: number;
  label: string;
}

const least = 2;

/** Round values for the axis, whole numbers only; the last is at least the largest sum. */
export function valueTicks(largest: number, most: number): number[] {
  const scale = scaleLinear().domain([0, Math.max(1, largest)]).nice(most);
  return scale.ticks(most).filter((value) => Number.isInteger(value));
}

/** The largest sum over a bucket. */
export function largestSum(series: readonly ChartSeries[], count: number): number {
  let largest = 0;
  for (let i = 0; i < count; i++) largest = Math.max(largest, sumAt(series, i));
  return largest;
}

export function sumAt(series: readonly ChartSeries[], i: number): number {
  return series.reduce((sum, each) => sum + (each.values[i] ?? 0), 0);
}

/** The bars of each series. What is there at all is visible: a bar is at least two pixels high. */
export function stack(series: readonly ChartSeries[], count: number, width: number, height: number, top: number): Bar[][] {
  const step = count === 0 ? 0 : width / count;
  const gap = step >= 6 ? Math.min(3, step * 0.22) : step >= 3 ? 0.75 : 0;
  const floors = Array<number>(count).fill(height);
  return series.map(({ values }) =>
    floors.flatMap((floor, i) => {
      const value = values[i] ?? 0;
      if (value === 0) return [];
      const size = Math.min(floor, Math.max(least, (value / top) * height));
      floors[i] = floor - size;
      return [{ x: i * step + gap / 2, y: floor - size, width: step - gap, height: size }];
    }),
  );
}

/** Which bucket lies under a point, from 0 to count - 1. */
export function bucketAt(x: number, width: number, count: number): number {
  if (width <= 0 || count === 0) return 0;
  return Math.min(count - 1, Math.max(0, Math.floor((x / width) * count)));
}

const clock = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit" });
const hourOnly = new Intl.DateTimeFormat("en-US", { hour: "numeric" });
const date = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric" });
const dateUtc = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", timeZone: "UTC" });

/** Round moments along the axis, at most one every `apart` pixels. Days are UTC's; shorter times the viewer's. */
export function timeTicks(times: readonly string[], granularity: Granularity, width: number, apart = 84): Tick[] {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || first === last) return [];
  const step = width / times.length;
  const [from, to] = [Date.parse(first), Date.parse(last)];
  const scale = (granularity === "day" ? scaleUtc() : scaleTime()).domain([from, to]).range([0, width - step]);
  return scale
    .ticks(Math.max(2, Math.floor(width / apart)))
    .filter((moment) => granularity !== "day" || moment.getTime() % 86_400_000 === 0)
    .map((moment) => ({ at: scale(moment), label: tickLabel(moment, granularity) }))
    .filter(({ at }, i, all) => i === 0 || at - (all[i - 1]?.at ?? 0) >= apart * 0.6);
}

function tickLabel(moment: Date, granularity: Granularity): string {
  if (granularity === "day") return dateUtc.format(moment);
  if (moment.getHours() === 0 && moment.getMinutes() === 0) return date.format(moment);
  return moment.getMinutes() === 0 ? hourOnly.format(moment) : clock.format(moment);
}

const dayClock = new Intl.DateTimeFormat("en-US", { weekday: "short", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
const wholeDay = new Intl.DateTimeFormat("en-US", { weekday: "short", month: "short", day: "numeric", timeZone: "UTC" });

/** One bucket by name: "Wed, Nov 25, 2:05 PM", "Wed, Nov 25, 2:00 – 3:00 PM", "Wed, Nov 25 (UTC)". */
export function bucketLabel(start: string, granularity: Granularity): string {
  const at = new Date(start);
  switch (granularity) {
    case "minute":
      return dayClock.format(at);
    case "hour":
      return dayClock.formatRange(at, new Date(at.getTime() + 3_600_000));
    case "day":
      return `${wholeDay.format(at)} (UTC)`;
  }
}

const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** "1.2K": for an axis. */
export function compact(n: number): string {
  return short.format(n);
}
