import { describe, expect, it } from "vitest";
import type { Catalog } from "../../api/types.ts";
import { catalog as plain } from "../../testing/fixtures.ts";
import { limitsError, quotaError, rowErrors } from "./validate.ts";
import { limitValuesOf, limitsBody, newRow, noLimits, rowFor, wholeNumber } from "./values.ts";

const burst = { name: "burst", requests: 50, window_seconds: 10, most: 200 };
const catalog: Catalog = { ...plain, rate_classes: [{ id: "default", is_default: true, operations: [], limits: [burst] }] };

it("a whole number is read as people type it", () => {
  expect(["2000", " 2,000 ", "2 000", "1,000,000"].map(wholeNumber)).toEqual([2000, 2000, 2000, 1_000_000]);
  expect(["", "-1", "1.5", "2,00", "x", "1e3"].map(wholeNumber)).toEqual([null, null, null, null, null, null]);
});

describe("the limits of a form", () => {
  it("that were not touched are sent as they were", () => {
    const limits = {
      rate_limits: [
        { name: "burst", requests: 20, window_seconds: 10, rate_class: "default" },
        { name: "hourly", requests: 2000, window_seconds: 3600, rate_class: "default" },
      ],
      quotas: [{ name: "per-month", period: "month" as const, requests: 9000 }],
    };
    expect(limitsBody(limitValuesOf(limits, catalog), catalog)).toEqual({
      rate_limits: [
        // The catalog knows its window.
        { name: "burst", requests: 20, rate_class: "default" },
        { name: "hourly", requests: 2000, window_seconds: 3600, rate_class: "default" },
      ],
      quotas: [{ name: "per-month", period: "month", requests: 9000 }],
    });
  });

  it("that stand in the place of the catalog's stay within what it permits", () => {
    const row = rowFor(noLimits, "default", burst);
    const values = { ...noLimits, rates: [row] };
    expect(rowErrors(row, values, catalog)).toEqual({});
    expect(rowErrors({ ...row, requests: "201" }, values, catalog).requests).toContain("at most 200");
  });

  it("need a number, a time within a day, and a name of their own", () => {
    const row = newRow(noLimits, catalog);
    const values = { ...noLimits, rates: [row, { ...row, id: "new-2" }], day: "5" };
    expect(Object.keys(rowErrors(row, values, catalog)).sort()).toEqual(["name", "requests"]);
    expect(rowErrors({ ...row, requests: "1", window: "25" }, values, catalog).window).toContain("24 hours");
    expect(rowErrors({ ...row, name: "Hourly" }, values, catalog).name).toContain("small letters");
    expect(rowErrors({ ...row, name: "daily" }, values, catalog).name).toContain("daily");
    expect(limitsError(values, catalog)).not.toBeNull();
    expect(limitsError(noLimits, catalog)).toBeNull();
  });

  it("get names that are free", () => {
    const first = newRow(noLimits, catalog);
    const second = newRow({ ...noLimits, rates: [first] }, catalog);
    expect([first.name, second.name]).toEqual(["hourly", "hourly-2"]);
    expect(first.id).not.toBe(second.id);
  });

  it("have no quota where the field is empty", () => {
    expect(quotaError("")).toBeUndefined();
    expect(quotaError("0")).toBeDefined();
    expect(limitsBody({ ...noLimits, day: "1,000" }, catalog).quotas).toEqual([{ name: "daily", period: "day", requests: 1000 }]);
  });
});
