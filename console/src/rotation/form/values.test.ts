import { describe, expect, it } from "vitest";
import { apiKey } from "../../testing/fixtures.ts";
import { handOverBody, handOverError, overlapSeconds, overlapValuesOf, rotateBody, rotateValuesOf, shown, withManager } from "./values.ts";

describe("an overlap", () => {
  it.each([0, 3_600, 86_400, 604_800])("of %d seconds is a preset", (seconds) => {
    expect(overlapValuesOf(seconds).choice).toBe(String(seconds));
  });

  it.each([60, 5_400, 7_200, 172_800, 7_776_000])("of %d seconds comes back as it was", (seconds) => {
    expect(overlapSeconds(overlapValuesOf(seconds))).toBe(seconds);
  });

  it("is said in the largest unit that fits", () => {
    expect(overlapValuesOf(172_800)).toEqual({ choice: "custom", amount: "2", unit: "86400" });
    expect(overlapValuesOf(5_400)).toEqual({ choice: "custom", amount: "90", unit: "60" });
  });

  it("that is no number, or longer than 90 days, is none", () => {
    expect(overlapSeconds({ choice: "custom", amount: "soon", unit: "60" })).toBeNull();
    expect(overlapSeconds({ choice: "custom", amount: "91", unit: "86400" })).toBeNull();
    expect(overlapSeconds({ choice: "custom", amount: "90", unit: "86400" })).toBe(7_776_000);
  });
});

describe("a hand-over", () => {
  const places = { link: true, secret_managers: [{ name: "vault-prod", kind: "vault", path_prefix: "secret/" }] } as const;

  it("starts with the first secret manager and a path of the nickname", () => {
    const values = withManager({ ...shown, kind: "secret_manager" }, { ...places, secret_managers: [...places.secret_managers] });
    expect(handOverBody(values, "Acme SMS Partner")).toEqual({ kind: "secret_manager", manager: "vault-prod", path: "apps/acme-sms-partner" });
  });

  it("sends a manager and a path only where they count", () => {
    expect(handOverBody({ kind: "link", manager: "vault-prod", path: "x" }, "")).toEqual({ kind: "link" });
    expect(handOverBody({ kind: "secret_manager", manager: "vault-prod", path: " x " }, "")).toEqual({ kind: "secret_manager", manager: "vault-prod", path: "x" });
    expect(handOverError({ kind: "secret_manager", manager: "vault-prod", path: "x".repeat(201) })).toMatch(/at most 200/);
    expect(handOverError({ kind: "link", manager: "", path: "" })).toBeNull();
  });
});

it("a rotation starts as the key policy and the key have it", () => {
  const key = apiKey({ hand_over: { kind: "secret_manager", manager: "vault-prod", path: "apps/x" } });
  expect(rotateBody(rotateValuesOf(key, undefined), key.nickname)).toEqual({
    overlap_seconds: 86_400,
    finish: "at_end",
    hand_over: { kind: "secret_manager", manager: "vault-prod", path: "apps/x" },
  });
});
