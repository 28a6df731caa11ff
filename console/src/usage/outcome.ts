import type { Usage } from "../api/types.ts";
import type { ChartSeries } from "../chart/layout.ts";
import { reasonWords } from "./reasons.ts";

/** Use grouped by outcome, as the chart stacks it: what was allowed, and on it everything that was refused. */
export function outcomeSeries(usage: Usage): ChartSeries[] {
  const allowed = usage.series.find((each) => each.key === "allowed");
  const refused = refusalSeries(usage);
  const none = usage.times.map(() => 0);
  return [
    { id: "allowed", label: "Allowed", values: allowed?.values ?? none, mark: "allowed" },
    {
      id: "refused",
      label: "Refused",
      values: usage.times.map((_, i) => refused.reduce((sum, each) => sum + (each.values[i] ?? 0), 0)),
      mark: "refused",
    },
  ];
}

/** The series of use grouped by outcome that are reasons of a refusal, the largest first. */
export function refusalSeries(usage: Usage): Usage["series"] {
  return usage.series.filter((each) => each.key !== "allowed");
}

/** The reasons of one bucket's refusals, for the values under the pointer. */
export function reasonsAt(usage: Usage, bucket: number): [string, number][] {
  return refusalSeries(usage)
    .map((each): [string, number] => [reasonWords(each.key ?? ""), each.values[bucket] ?? 0])
    .filter(([, count]) => count > 0);
}

/** "98.4%": a share that is not all never reads as all, nor one that is not nothing as nothing. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0%";
  const percent = (part / whole) * 100;
  if (part === whole) return "100%";
  if (percent < 0.1) return "under 0.1%";
  if (percent > 99.9) return "over 99.9%";
  return `${percent.toFixed(percent < 10 || percent > 99 ? 1 : 0)}%`;
}

/** "0.05 ms", "18 ms", "1.2 s". */
export function milliseconds(ms: number): string {
  if (ms < 1) return `${Math.max(ms, 0.01).toFixed(2)} ms`;
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
