import { describe, expect, it } from "vitest";
import type { Usage, UsageSeries } from "../api/types.ts";
import { milliseconds, outcomeSeries, reasonsAt, share } from "./outcome.ts";

const one = (key: string, values: number[]): UsageSeries => ({ key, label: key, values, total: values.reduce((a, b) => a + b, 0), latency_ms: null });
const usage = (series: UsageSeries[]): Usage => ({
  from: "2026-05-01T00:00:00.000Z",
  to: "2026-05-01T03:00:00.000Z",
  granularity: "hour",
  group_by: "outcome",
  times: [0, 1, 2].map((h) => `2026-05-01T0${String(h)}:00:00.000Z`),
  series,
  total: 0,
  allowed: 0,
  refused: 0,
  latency_ms: null,
});

describe("use by outcome", () => {
  const found = usage([one("allowed", [5, 0, 2]), one("rate_limited", [1, 0, 3]), one("brand_new_reason", [1, 0, 0])]);

  it("stacks every refusal on what was allowed, also for reasons that are not known here", () => {
    expect(outcomeSeries(found).map(({ values }) => values)).toEqual([[5, 0, 2], [2, 0, 3]]);
  });

  it("names the reasons of one bucket, and only those that there are", () => {
    expect(reasonsAt(found, 0)).toEqual([["Rate limit reached", 1], ["brand new reason", 1]]);
    expect(reasonsAt(found, 1)).toEqual([]);
  });

  it("is nothing for a key that did nothing", () => {
    expect(outcomeSeries(usage([])).map(({ values }) => values)).toEqual([[0, 0, 0], [0, 0, 0]]);
  });
});

it("a share never reads as all or nothing unless it is", () => {
  expect([share(0, 0), share(0, 9), share(9, 9), share(1, 100_000), share(99_999, 100_000), share(54, 3232), share(1, 2)]).toEqual([
    "0%", "0%", "100%", "under 0.1%", "over 99.9%", "1.7%", "50%",
  ]);
});

it("a latency is said in the unit that fits", () => {
  expect([0.004, 0.84, 18.4, 999, 1204, 61_000].map(milliseconds)).toEqual(["0.01 ms", "0.84 ms", "18 ms", "999 ms", "1.2 s", "61 s"]);
});
