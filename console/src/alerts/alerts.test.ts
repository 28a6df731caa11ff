import { describe, expect, it } from "vitest";
import type { AlertRule } from "../api/types.ts";
import { factWords } from "./facts.ts";
import { changeOf, draftErrors, draftOf, sameSettings, settingWords } from "./rules/settings.ts";

it("the facts of an alert are said in words, and those not known stand for themselves", () => {
  expect(factWords({ refusals: 1204, percent: 83, last_used_at: null, most_frequent: "rate_limited", some_new_fact: true })).toEqual([
    ["Refusals", "1,204"],
    ["Percent", "83%"],
    ["Last used", "Never"],
    ["Most of them", "rate_limited"],
    ["Some new fact", "true"],
  ]);
  expect(factWords({ days: 7, on_due: "disable" })).toEqual([["Days", "7"], ["Then", "the key is disabled"]]);
  expect(factWords({ resets_at: "2026-05-01T00:00:00.000Z" })[0]?.[1]).toMatch(/2026/);
});

describe("a rule's form", () => {
  const rule: AlertRule = {
    rule: "refusal_burst", title: "Burst", description: "", enabled: true, email: true, webhook: true,
    settings: { refusals: 20, within_minutes: 5 }, defaults: { refusals: 20, within_minutes: 5 },
  };

  it("sends only what differs", () => {
    const draft = draftOf(rule);
    expect(changeOf(rule, draft)).toBeNull();
    expect(changeOf(rule, { ...draft, email: false, settings: { ...draft.settings, refusals: "50" } })).toEqual({
      rule: "refusal_burst", email: false, settings: { refusals: 50 },
    });
  });

  it("marks what is no number, and does not send it", () => {
    const draft = { ...draftOf(rule), settings: { refusals: "many", within_minutes: "5" } };
    expect(Object.keys(draftErrors(draft))).toEqual(["refusals"]);
    expect(changeOf(rule, draft)).toBeNull();
  });

  it("knows when its settings are the defaults", () => {
    expect(sameSettings(draftOf(rule).settings, rule.defaults)).toBe(true);
    expect(sameSettings({ refusals: "21", within_minutes: "5" }, rule.defaults)).toBe(false);
  });

  it("names a setting by its rule, and one not known by itself", () => {
    expect(settingWords("unused", "days").unit).toBe("days without use");
    expect(settingWords("old_key", "days").unit).toBe("days with one secret");
    expect(settingWords("unused", "some_setting").label).toBe("some setting");
  });
});
