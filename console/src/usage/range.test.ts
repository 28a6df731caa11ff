import { describe, expect, it } from "vitest";
import { daysBack, rangeWords, readRange, spanOf, writeRange, type Range } from "./range.ts";

const read = (text: string) => readRange(new URLSearchParams(text));

describe("the range in the address", () => {
  it.each(["", "range=5y", "from=2026-05-01T00:00:00Z", "from=x&to=y", "from=2026-05-02T00:00:00Z&to=2026-05-01T00:00:00Z"])(
    "is the last 24 hours for %j",
    (text) => {
      expect(read(text)).toEqual({ preset: "24h" });
    },
  );

  it.each<Range>([{ preset: "24h" }, { preset: "90d" }, { from: "2026-05-01T00:00:00.000Z", to: "2026-05-02T12:00:00.000Z" }])("survives: %j", (range) => {
    expect(readRange(writeRange(new URLSearchParams("range=7d&other=1"), range))).toEqual(range);
  });

  it("leaves the rest of the address alone", () => {
    expect(writeRange(new URLSearchParams("range=7d&other=1"), { preset: "24h" }).toString()).toBe("other=1");
  });
});

it("a preset reaches back from whenever it is asked for", () => {
  expect(spanOf({ preset: "7d" })).toEqual({ last: 7 * 86_400_000 });
  expect(rangeWords({ preset: "1h" })).toBe("the last hour");
});

it("days reach back to the start of the range, within what is kept", () => {
  const now = Date.parse("2026-05-10T12:00:00Z");
  expect(daysBack({ preset: "1h" }, now)).toBe(1);
  expect(daysBack({ preset: "30d" }, now)).toBe(30);
  expect(daysBack({ from: "2026-05-08T00:00:00Z", to: "2026-05-09T00:00:00Z" }, now)).toBe(3);
  expect(daysBack({ from: "2020-05-08T00:00:00Z", to: "2026-05-09T00:00:00Z" }, now)).toBe(90);
});
