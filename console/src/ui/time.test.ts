import { describe, expect, it } from "vitest";
import { dayOf, endOfDay, inDays, relativeTime } from "./time.ts";

const now = Date.parse("2026-05-10T12:00:00.000Z");
const before = (ms: number) => new Date(now - ms).toISOString();
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe("a relative time", () => {
  it.each([
    [before(5_000), "just now"],
    [before(-5_000), "just now"],
    [before(4 * minute), "4 minutes ago"],
    [before(3 * hour), "3 hours ago"],
    [before(day), "yesterday"],
    [before(12 * day), "12 days ago"],
    [before(40 * day), "1 month ago"],
    [before(800 * day), "2 years ago"],
    [before(-3 * day), "in 3 days"],
  ])("%s is %s", (at, words) => {
    expect(relativeTime(at, now)).toBe(words);
  });
});

describe("a calendar day", () => {
  it("lasts to its end in the viewer's zone", () => {
    const end = endOfDay("2027-02-21");
    expect(end).not.toBeNull();
    expect(new Date(end ?? "").getHours()).toBe(23);
    expect(dayOf(end ?? "")).toBe("2027-02-21");
  });

  it("that does not exist is none", () => {
    expect(endOfDay("2027-02-30")).toBeNull();
    expect(endOfDay("")).toBeNull();
  });

  it("some days ahead is named by its date", () => {
    expect(inDays(now, 30)).toBe(dayOf(now + 30 * day));
  });
});
