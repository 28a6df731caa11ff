import { describe, expect, it } from "vitest";
import { bucketLabel, timeTicks, valueTicks } from "./axis.ts";
import { bucketAt, compact, stack, type ChartSeries } from "./layout.ts";

const series = (...values: number[][]): ChartSeries[] => values.map((each, i) => ({ id: String(i), label: String(i), values: each, mark: i === 0 ? "allowed" : "refused" }));

describe("stacked bars", () => {
  it("stand on each other, to the height of their sum", () => {
    const [allowed, refused] = stack(series([60], [40]), 1, 100, 200, 100);
    expect(allowed).toEqual([expect.objectContaining({ y: 80, height: 120 })]);
    expect(refused).toEqual([expect.objectContaining({ y: 0, height: 80 })]);
  });

  it("show what is little beside much, and nothing where there is nothing", () => {
    const [, refused] = stack(series([10_000, 0], [1, 0]), 2, 100, 100, 10_001);
    expect(refused).toHaveLength(1);
    expect(refused?.[0]?.height).toBeGreaterThanOrEqual(1.9);
    expect(refused?.[0]?.y).toBeGreaterThanOrEqual(0);
  });

  it("fit into their width, however many there are", () => {
    const values = Array<number>(361).fill(1);
    const [bars = []] = stack(series(values), 361, 300, 100, 1);
    expect(bars).toHaveLength(361);
    const last = bars.at(-1);
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeLessThanOrEqual(300.001);
    expect(Math.min(...bars.map((bar) => bar.width))).toBeGreaterThan(0);
  });
});

it("the bucket under a point is one that there is", () => {
  expect([-5, 0, 49, 50, 100, 900].map((x) => bucketAt(x, 100, 2))).toEqual([0, 0, 0, 1, 1, 1]);
  expect(bucketAt(10, 0, 5)).toBe(0);
});

describe("the axes", () => {
  it("have round whole numbers, past the largest value", () => {
    expect(valueTicks(320, 4)).toEqual([0, 100, 200, 300, 400]);
    expect(valueTicks(3, 4)).toEqual([0, 1, 2, 3]);
    expect(valueTicks(0, 4)).toEqual([0, 1]);
  });

  it("name days of UTC, whatever the viewer's zone, and not too many of them", () => {
    const times = Array.from({ length: 91 }, (_, i) => new Date(Date.UTC(2026, 7, 27 + i)).toISOString());
    const ticks = timeTicks(times, "day", 600);
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(8);
    expect(ticks[0]?.label).toMatch(/^(Aug|Sep) \d+$/);
    expect(bucketLabel("2026-11-25T00:00:00.000Z", "day")).toBe("Wed, Nov 25 (UTC)");
  });

  it("have no tick for a single bucket", () => {
    expect(timeTicks(["2026-11-25T00:00:00.000Z"], "hour", 600)).toEqual([]);
  });

  it("name an hour by its start and end", () => {
    expect(bucketLabel("2026-11-25T14:00:00.000Z", "hour")).toMatch(/\d:\d\d\s–\s\d/);
  });

  it("shorten large numbers", () => {
    expect([0, 950, 1204, 2_500_000].map(compact)).toEqual(["0", "950", "1.2K", "2.5M"]);
  });
});
