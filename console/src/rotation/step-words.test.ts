import { describe, expect, it } from "vitest";
import type { ApiKey } from "../api/types.ts";
import { apiKey } from "../testing/fixtures.ts";
import { stepWords } from "./step-words.ts";

const now = Date.parse("2026-05-10T12:00:00.000Z");
const at = (minutesAgo: number) => new Date(now - minutesAgo * 60_000).toISOString();
const usedAt = (minutesAgo: number | null) => (minutesAgo === null ? null : { at: at(minutesAgo), address: "203.0.113.9", user_agent: "acme/1", operation: null });

/** Rotating for an hour; when each secret was used, in minutes ago. */
function rotating(old: number | null, fresh: number | null, part: Partial<ApiKey> = {}): ApiKey {
  return apiKey({
    rotation: { started_at: at(60), finish: "at_end", overlap_seconds: 86_400, old_secret_id: "sec_1", new_secret_id: "sec_2", old_hint: "a", ends_at: at(-1380), delivering: false },
    secrets: [
      { id: "sec_1", state: "old", created_at: at(9999), valid_until: at(-1380), last_used: usedAt(old) },
      { id: "sec_2", state: "new", created_at: at(60), valid_until: null, last_used: usedAt(fresh) },
    ],
    ...part,
  });
}

describe("before a secret ends", () => {
  it("says whom it will cut off", () => {
    expect(stepWords({ step: "finish" }, rotating(4, 2), now)).toMatchObject({
      tone: "bad",
      consequence: "The old secret was used 4 minutes ago from 203.0.113.9 by “acme/1”; calls like that one will be refused at once.",
      after: "The new one goes on alone.",
    });
  });

  it("is calm when callers have switched", () => {
    expect(stepWords({ step: "finish" }, rotating(90, 2), now)).toMatchObject({ tone: "info", consequence: expect.stringContaining("that was before the rotation began.") as string });
  });

  it("warns when nobody has switched yet", () => {
    expect(stepWords({ step: "revoke", secret: "sec_1" }, rotating(90, null), now)).toMatchObject({ tone: "warn", title: "Revoke the old secret?", consequence: expect.stringContaining("The new one has not been used yet.") as string });
  });

  it("tells what becomes of a new secret that was stored", () => {
    const key = rotating(4, null, { hand_over: { kind: "secret_manager", manager: "vault-prod", path: "apps/x" } });
    expect(stepWords({ step: "cancel" }, key, now)).toMatchObject({
      tone: "info",
      title: "Cancel the rotation?",
      consequence: "The new secret has never been used, so nothing is known to depend on it.",
      after: "The old one goes on alone, without an end. It is taken back out of vault-prod.",
    });
    expect(stepWords({ step: "revoke", secret: "sec_2" }, key, now).title).toBe("Revoke the new secret?");
  });
});
