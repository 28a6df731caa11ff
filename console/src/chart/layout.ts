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

const least = 2;

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
  const bars: Bar[][] = series.map(() => []);
  for (let i = 0; i < count; i++) {
    let floor = height;
    sizesAt(series, i, height, top).forEach((size, nth) => {
      floor -= size;
      if (size > 0) bars[nth]?.push({ x: i * step + gap / 2, y: floor, width: step - gap, height: size });
    });
  }
  return bars;
}

/** How high each bar of a bucket is. What the least bars take beyond their share, the highest gives. */
function sizesAt(series: readonly ChartSeries[], i: number, height: number, top: number): number[] {
  const sizes = series.map(({ values }) => {
    const value = values[i] ?? 0;
    return value === 0 ? 0 : Math.max(least, (value / top) * height);
  });
  const over = sizes.reduce((sum, size) => sum + size, 0) - height;
  if (over > 0) {
    const highest = sizes.indexOf(Math.max(...sizes));
    sizes[highest] = Math.max(least, (sizes[highest] ?? 0) - over);
  }
  return sizes;
}

/** Which bucket lies under a point, from 0 to count - 1. */
export function bucketAt(x: number, width: number, count: number): number {
  if (width <= 0 || count === 0) return 0;
  return Math.min(count - 1, Math.max(0, Math.floor((x / width) * count)));
}

const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** "1.2K": for an axis. */
export function compact(n: number): string {
  return short.format(n);
}
