import { useCallback } from "react";
import { useSearchParams } from "react-router";
import type { Span } from "../api/usage.ts";

const hour = 3_600_000;
const day = 24 * hour;

export const presets = [
  { value: "1h", label: "1 h", words: "the last hour", ms: hour },
  { value: "24h", label: "24 h", words: "the last 24 hours", ms: day },
  { value: "7d", label: "7 d", words: "the last 7 days", ms: 7 * day },
  { value: "30d", label: "30 d", words: "the last 30 days", ms: 30 * day },
  { value: "90d", label: "90 d", words: "the last 90 days", ms: 90 * day },
] as const;

export type Preset = (typeof presets)[number]["value"];
export type Range = { preset: Preset } | { from: string; to: string };

const standard: Preset = "24h";

/** The range that an address names; what can't be read means the last 24 hours. */
export function readRange(params: URLSearchParams): Range {
  const [from, to] = [params.get("from"), params.get("to")].map((text) => Date.parse(text ?? ""));
  if (from !== undefined && to !== undefined && from < to) return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return { preset: presets.find(({ value }) => value === params.get("range"))?.value ?? standard };
}

/** The same address with another range; the standard one is left out of it. */
export function writeRange(old: URLSearchParams, range: Range): URLSearchParams {
  const now = new URLSearchParams(old);
  for (const name of ["range", "from", "to"]) now.delete(name);
  if (!("preset" in range)) {
    now.set("from", range.from);
    now.set("to", range.to);
  } else if (range.preset !== standard) now.set("range", range.preset);
  return now;
}

export function spanOf(range: Range): Span {
  if (!("preset" in range)) return range;
  return { last: presets.find(({ value }) => value === range.preset)?.ms ?? day };
}

const moment = new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric", year: "numeric", hour: "numeric", minute: "2-digit" });

export function rangeWords(range: Range): string {
  if ("preset" in range) return presets.find(({ value }) => value === range.preset)?.words ?? "";
  return moment.formatRange(new Date(range.from), new Date(range.to));
}

/** How many days the range reaches back from now, for what is asked by days. */
export function daysBack(range: Range, now: number): number {
  const span = spanOf(range);
  const ms = "last" in span ? span.last : now - Date.parse(span.from);
  return Math.min(90, Math.max(1, Math.ceil(ms / day)));
}

export function useRange(): [Range, (range: Range) => void] {
  const [params, setParams] = useSearchParams();
  const set = useCallback((range: Range) => setParams((old) => writeRange(old, range)), [setParams]);
  return [readRange(params), set];
}
