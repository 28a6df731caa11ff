import { describe, expect, it } from "vitest";
import type { ApiKey, KeyPolicy, Rotate } from "../api/types.ts";
import { apiKey } from "../testing/fixtures.ts";
import { due, duration, endWords, forecast, handOverView, ordinal, placeWords, stragglers } from "./words.ts";

const now = Date.parse("2026-05-10T12:00:00.000Z");
const minute = 60_000;
const at = (ms: number) => new Date(now + ms).toISOString();
const usedAt = (ms: number) => ({ at: at(ms), address: "203.0.113.9", user_agent: "acme/1", operation: null });

it.each([
  [0, "no time"],
  [90, "1 minute and 30 seconds"],
  [3600, "1 hour"],
  [5400, "1 hour and 30 minutes"],
  [86_400, "24 hours"],
  [604_800, "7 days"],
  [90_061, "1 day and 1 hour"],
])("%d seconds are %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

it.each([[1, "1st"], [2, "2nd"], [3, "3rd"], [11, "11th"], [22, "22nd"], [113, "113th"]])("%d is the %s", (n, words) => {
  expect(ordinal(n)).toBe(words);
});

describe("what a rotation will do", () => {
  const terms = (part: Partial<Required<Rotate>>): Required<Rotate> => ({ overlap_seconds: 86_400, finish: "at_end", hand_over: { kind: "show" }, ...part });
  const words = (part: Partial<Required<Rotate>>, key = apiKey({ last_used: usedAt(-4 * minute) })) => forecast(terms(part), key, now).join(" ");

  it("names the moment from which stragglers are refused", () => {
    expect(words({})).toMatch(/Old and new both work for 24 hours\. Callers that have not switched by May 11, 2026.* are refused\./);
  });

  it("without an overlap tells who is cut off", () => {
    expect(words({ overlap_seconds: 0 })).toContain("The old one ends at once: callers are refused until they have the new one. It was last used 4 minutes ago from 203.0.113.9.");
  });

  it("that waits for the first use names no moment", () => {
    expect(words({ finish: "on_first_use" })).toContain("for 24 hours after its first use");
    expect(words({ finish: "on_first_use", overlap_seconds: 0 })).toContain("ends at that moment");
  });

  it("into a secret manager keeps the old secret until the new one is stored", () => {
    const to = { kind: "secret_manager", manager: "vault", path: "apps/x" } as const;
    expect(words({ hand_over: to })).toContain("Until it is stored, the old one stays without an end. From then on both work for 24 hours.");
    expect(words({ hand_over: to, overlap_seconds: 0 })).toContain("The old one ends as soon as the new one is stored.");
  });

  it("by a link says who gets it", () => {
    expect(words({ hand_over: { kind: "link" } })).toMatch(/^integrations@acme\.example gets a link/);
  });
});

describe("while it rotates", () => {
  const rotating = (rotation: Partial<NonNullable<ApiKey["rotation"]>>, [oldUse, newUse]: [number | null, number | null]): ApiKey =>
    apiKey({
      hand_over: { kind: "secret_manager", manager: "vault-prod", path: "apps/x" },
      rotation: { started_at: at(-60 * minute), finish: "at_end", overlap_seconds: 86_400, old_secret_id: "sec_1", new_secret_id: "sec_2", old_hint: "a", ends_at: at(23 * 60 * minute), delivering: false, ...rotation },
      secrets: [
        { id: "sec_1", state: "old", created_at: at(-1e9), valid_until: null, last_used: oldUse === null ? null : usedAt(oldUse) },
        { id: "sec_2", state: "new", created_at: at(-60 * minute), valid_until: null, last_used: newUse === null ? null : usedAt(newUse) },
      ],
    });

  it("says until when both work, or what the old one's end waits for", () => {
    expect(endWords(rotating({}, [null, null]), now)).toMatch(/^Both work until May 11, 2026.*, in 23 hours\./);
    expect(endWords(rotating({ finish: "on_first_use", ends_at: null }, [null, null]), now)).toBe("The old one ends 24 hours after the first use of the new one, which has not been used yet.");
    expect(endWords(rotating({ delivering: true, ends_at: null }, [null, null]), now)).toMatch(/^The new secret is on its way to vault-prod\. Until it is stored there, the old one has no end\./);
  });

  it("says who still uses the old one", () => {
    expect(stragglers(rotating({}, [null, null]), now)).toBe("Nobody has ever used the old secret.");
    expect(stragglers(rotating({}, [-90 * minute, null]), now)).toBe("Nobody has used the old secret since the rotation began.");
    expect(stragglers(rotating({}, [-4 * minute, null]), now)).toBe("The old secret was used 4 minutes ago from 203.0.113.9.");
    expect(stragglers(rotating({}, [-4 * minute, -2 * minute]), now)).toBe("The new one is in use since, but the old secret was used 4 minutes ago from 203.0.113.9.");
  });
});

describe("what the key policy asks", () => {
  const policy: KeyPolicy = { max_secret_age_days: 90, max_lifetime_days: null, reminder_days: [14, 7, 1], on_due: "rotate", overlap_seconds: 86_400, on_exposure: "alert", exposure_overlap_seconds: 3600 };

  it("is a day, and what happens then", () => {
    const key = apiKey({ hand_over: { kind: "secret_manager", manager: "vault-prod", path: "x" } });
    expect(due(key, policy, now)).toEqual({ at: "2026-07-30T09:30:00.000Z", words: "The key policy has secrets exchanged after 90 days. Then it is rotated into vault-prod by itself." });
    expect(due(apiKey(), policy, now).words).toContain("nowhere to go by itself");
    expect(due(apiKey(), { ...policy, on_due: "disable" }, now).words).toContain("Then the key is disabled.");
    expect(due(apiKey({ secrets: [{ id: "s", state: "current", created_at: "2025-01-01T00:00:00.000Z", valid_until: null, last_used: null }] }), policy, now).words).toContain("That time is over.");
  });

  it("may be nothing", () => {
    expect(due(apiKey(), { ...policy, max_secret_age_days: null }, now).at).toBeNull();
  });
});

it("tells an opened link from a stored secret", () => {
  expect(handOverView({ kind: "link", status: "done", last_error: null }).label).toBe("Opened");
  expect(handOverView({ kind: "link", status: "pending", last_error: null }).label).toBe("Not opened yet");
  expect(handOverView({ kind: "link", status: "pending", last_error: "The mail server is away." }).label).toBe("Not mailed yet");
  expect(handOverView({ kind: "secret_manager", status: "done", last_error: null }).label).toBe("Stored");
  expect(handOverView({ kind: "link", status: "expired", last_error: null })).toEqual({ tone: "warn", label: "Expired unopened" });
  expect(placeWords({ kind: "secret_manager", manager: "vault-prod", path: "apps/x" }, "")).toBe("vault-prod, at apps/x");
});
