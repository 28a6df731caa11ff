import { describe, expect, it } from "vitest";
import type { Catalog } from "../api/types.ts";
import { catalog as plain } from "../testing/fixtures.ts";
import { countsWords, limitPhrases, rateWords, sourceWords, windowWords } from "./words.ts";

const catalog: Catalog = {
  ...plain,
  rate_classes: [
    { id: "default", is_default: true, operations: [], limits: [{ name: "burst", requests: 50, window_seconds: 10, most: 200 }] },
    { id: "mail", is_default: false, operations: ["Send"], limits: [{ name: "mail", requests: 10, window_seconds: 1, most: 10 }] },
  ],
};

it("a window is said in its largest whole unit", () => {
  expect([1, 10, 60, 900, 3600, 5400, 86_400].map(windowWords)).toEqual(["second", "10 s", "minute", "15 min", "hour", "90 min", "day"]);
  expect(rateWords(50, 10)).toBe("50 requests per 10 s");
  expect(rateWords(1, 1)).toBe("1 request per second");
});

describe("the sentence about a key", () => {
  it("takes the catalog's limit when the key has none", () => {
    expect(limitPhrases({}, catalog)).toEqual(["50 requests per 10 s"]);
  });

  it("puts the key's own in the place of the catalog's of the same name, and adds the others", () => {
    const limits = {
      rate_limits: [
        { name: "hourly", requests: 2000, window_seconds: 3600 },
        { name: "burst", requests: 20, rate_class: "default" },
        { name: "mail", requests: 2, rate_class: "mail" },
      ],
      quotas: [{ name: "daily", period: "day" as const, requests: 10_000 }],
    };
    expect(limitPhrases(limits, catalog)).toEqual(["20 requests per 10 s", "2,000 requests per hour", "10,000 requests per day"]);
  });

  it("says nothing where nothing limits", () => {
    expect(limitPhrases({ rate_limits: [], quotas: [] }, plain)).toEqual([]);
  });
});

it("a limit says whose it is and what it counts", () => {
  const base = { scope: "key" as const, name: "burst", rate_class: "default", requests: 50, window_seconds: 10, used: 0, remaining: 50, more_after_seconds: 0, own: false };
  const mail = { ...base, name: "mail", rate_class: "mail" };
  expect(sourceWords(base, "Acme")).toBe("From the catalog");
  expect(sourceWords({ ...base, own: true }, "Acme")).toBe("This key's own");
  expect(sourceWords({ ...base, scope: "tenant", own: true }, "Acme")).toBe("All keys of Acme together");
  expect(countsWords(base, catalog, [base])).toBe("");
  expect(countsWords(base, catalog, [base, mail])).toBe("all other requests");
  expect(countsWords(mail, catalog, [base, mail])).toBe("Send");
});
