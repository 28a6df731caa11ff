import { scaleLinear, scaleTime, scaleUtc } from "d3-scale";
import type { Granularity } from "../api/types.ts";

export interface Tick {
  at: number;
  label: string;
}

/** Round values for the axis, whole numbers only; the last is at least the largest sum. */
export function valueTicks(largest: number, most: number): number[] {
  const scale = scaleLinear().domain([0, Math.max(1, largest)]).nice(most);
  return scale.ticks(most).filter((value) => Number.isInteger(value));
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
  let previous = -Infinity;
  return scale
    .ticks(Math.max(2, Math.floor(width / apart)))
    .filter((moment) => granularity !== "day" || moment.getTime() % 86_400_000 === 0)
    .map((moment) => ({ at: scale(moment), label: tickLabel(moment, granularity) }))
    .filter(({ at }) => {
      if (at - previous < apart * 0.7) return false;
      previous = at;
      return true;
    });
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
