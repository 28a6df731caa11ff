import { describe, expect, it } from "vitest";
import type { KeyPolicy } from "../api/types.ts";
import { fieldAt, policyBody, policyErrors, policyValuesOf, remindersIn } from "./values.ts";
import { policySentences } from "./words.ts";

const policy: KeyPolicy = {
  max_secret_age_days: 90,
  max_lifetime_days: null,
  reminder_days: [14, 7, 1],
  on_due: "report",
  overlap_seconds: 86_400,
  on_exposure: "rotate",
  exposure_overlap_seconds: 3_600,
};

describe("the form of the key policy", () => {
  it("sends what it was filled with, unless something is changed", () => {
    expect(policyBody(policyValuesOf(policy))).toEqual(policy);
    expect(policyBody({ ...policyValuesOf(policy), secretAge: "", lifetime: " 365 " })).toEqual({ ...policy, max_secret_age_days: null, max_lifetime_days: 365 });
  });

  it("marks every field that is wrong, and sends nothing then", () => {
    const values = { ...policyValuesOf(policy), secretAge: "0", lifetime: "4000", reminders: "14, soon" };
    expect(Object.keys(policyErrors(values)).sort()).toEqual(["lifetime", "reminders", "secretAge"]);
    expect(policyBody(values)).toBeNull();
  });

  it.each([
    ["14, 7, 1", [14, 7, 1]],
    ["1 7 14 7", [14, 7, 1]],
    ["30 and 2", [30, 2]],
    ["", []],
    ["0", null],
    ["400", null],
    ["1.5", null],
    ["1 2 3 4 5 6 7 8 9 10 11", null],
  ])("reads the reminders %j as %j", (text, days) => {
    expect(remindersIn(text)).toEqual(days);
  });

  it("finds the field that the server complains of", () => {
    expect(fieldAt("/reminder_days/2")).toBe("reminders");
    expect(fieldAt("/something")).toBeUndefined();
  });
});

describe("the key policy in words", () => {
  it("says what is asked and what follows", () => {
    expect(policySentences(policy)).toEqual([
      "A secret is exchanged after 90 days at the latest; then an alert opens. After a rotation that names no overlap, old and new both work for 24 hours.",
      "Keys need not expire.",
      "The contact of a key is reminded 14 days, 7 days and 1 day before either.",
      "A key that others may have seen is rotated, and its old secret works for 1 hour more.",
    ]);
  });

  it("says what is not asked", () => {
    expect(policySentences({ ...policy, max_secret_age_days: null, max_lifetime_days: 365, reminder_days: [], overlap_seconds: 0, on_exposure: "alert" })).toEqual([
      "Secrets may grow old. A rotation that names no overlap ends the old secret at once.",
      "A key expires 365 days after it was made, at the latest.",
      "Nobody is reminded.",
      "A key that others may have seen goes on working, and an alert opens.",
    ]);
  });
});
