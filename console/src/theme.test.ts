import { describe, expect, it } from "vitest";
import { chartColors } from "./theme.ts";

type Rgb = [number, number, number];

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

// How full deficiencies of each kind see a color: Machado, Oliveira and Fernandes, 2009, severity 1.
const sights: Record<string, number[]> = {
  "with every cone": [1, 0, 0, 0, 1, 0, 0, 0, 1],
  "without red cones": [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  "without green cones": [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  "without blue cones": [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};

function seen(hex: string, by: number[]): Rgb {
  const [r, g, b] = linear(hex);
  return [0, 3, 6].map((row) => Math.min(1, Math.max(0, (by[row] ?? 0) * r + (by[row + 1] ?? 0) * g + (by[row + 2] ?? 0) * b))) as Rgb;
}

/** CIE 1976 difference; 2 is just to be seen, 20 and more is another color. */
function difference(a: Rgb, b: Rgb): number {
  const lab = ([r, g, bl]: Rgb) => {
    const f = (t: number) => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
    const x = f((0.4124 * r + 0.3576 * g + 0.1805 * bl) / 0.9505);
    const y = f(luminance([r, g, bl]));
    const z = f((0.0193 * r + 0.1192 * g + 0.9505 * bl) / 1.089);
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
  };
  const [one, other] = [lab(a), lab(b)];
  return Math.hypot(...one.map((value, i) => value - (other[i] ?? 0)));
}

describe.each(Object.entries(chartColors))("the colors of charts in %s", (_mode, { surface, blue, orange }) => {
  it("stand out from what they are drawn on", () => {
    expect(contrast(blue, surface)).toBeGreaterThanOrEqual(3);
    expect(contrast(orange, surface)).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.entries(sights))("are told apart %s", (_sight, by) => {
    expect(difference(seen(blue, by), seen(orange, by))).toBeGreaterThan(40);
  });
});
