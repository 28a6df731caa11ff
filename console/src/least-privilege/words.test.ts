import { describe, expect, it } from "vitest";
import { catalog } from "../testing/fixtures.ts";
import { effectWords, restrictionWords, usedWords } from "./words.ts";

describe("a proposed restriction", () => {
  it("is said in a sentence for each part, and nothing for what it leaves open", () => {
    expect(restrictionWords({ operations: ["Plain", "Send"], channels: [505], attributes: [], ip_ranges: ["203.0.113.0/24"] }, catalog)).toEqual([
      "It may call 2 operations only: Plain and Send.",
      "It may use channel 505 SMS only.",
      "It may be used from 203.0.113.0/24 only.",
    ]);
    expect(restrictionWords({}, catalog)).toEqual([]);
  });

  it("says what it takes away", () => {
    const removes = { operations: 18, channels: 1, attributes: 0 };
    expect(effectWords({ removes, days: 30, proposal: {} })).toBe("Removes 18 operations and 1 channel that it has not used in 30 days.");
    const nothing = { operations: 0, channels: 0, attributes: 0 };
    expect(effectWords({ removes: nothing, days: 7, proposal: { ip_ranges: ["203.0.113.0/24"] } })).toContain("the networks");
  });
});

it("says how much of its rights a key uses", () => {
  const item = (used: boolean) => ({ id: "x", name: "x", used, last_used_at: null, requests: 0 });
  const subject = { applies: true, all_asked: false, known: true };
  const none = { ...subject, applies: false, items: [] };
  expect(usedWords({ operations: [item(true), item(false)], channels: { ...subject, items: [item(true), item(false)] }, attributes: none })).toBe(
    "It used 1 of the 2 operations that it may call and 1 of 2 channels.",
  );
});
