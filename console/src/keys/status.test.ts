import { expect, it } from "vitest";
import { apiKey } from "../testing/fixtures.ts";
import { consequence } from "./actions/consequence.ts";
import { goneAt, neverUsedForLong, statusView } from "./status.ts";

const now = Date.parse("2026-05-10T12:00:00.000Z");

it("warns of an expiry within two weeks, and not of a later one", () => {
  expect(statusView(apiKey({ expires_at: "2026-05-14T13:00:00.000Z" }), now)).toMatchObject({ label: "Expires in 4 days", tone: "warn" });
  expect(statusView(apiKey({ expires_at: "2026-08-14T12:00:00.000Z" }), now)).toMatchObject({ label: "Active", tone: "good" });
});

it("marks a key that was never used once it is a week old", () => {
  expect(neverUsedForLong(apiKey({ created_at: "2026-05-02T12:00:00.000Z" }), now)).toBe(true);
  expect(neverUsedForLong(apiKey({ created_at: "2026-05-08T12:00:00.000Z" }), now)).toBe(false);
});

it("names what revoking will break, from the last use", () => {
  const used = apiKey({ last_used: { at: "2026-05-10T11:56:00.000Z", address: "203.0.113.9", user_agent: null, operation: null } });
  expect(consequence(used, now)).toBe("It was last used 4 minutes ago from 203.0.113.9; calls like that one will fail at once.");
  expect(consequence(apiKey({ status: "disabled" }), now)).toMatch(/fail already/);
});

it("tells until when a key rotates, as short as it can be said", () => {
  const rotation = { started_at: "2026-05-10T09:00:00.000Z", finish: "at_end", overlap_seconds: 86_400, old_secret_id: "a", new_secret_id: "b", old_hint: "c", delivering: false } as const;
  expect(statusView(apiKey({ rotation: { ...rotation, ends_at: "2026-05-29T12:00:00.000Z" } }), now)).toMatchObject({ label: "Rotating", note: "until May 29" });
  expect(statusView(apiKey({ rotation: { ...rotation, ends_at: new Date(now + 60_000).toISOString() } }), now).note).toMatch(/^until \d{1,2}:\d{2}/);
  expect(statusView(apiKey({ rotation: { ...rotation, ends_at: null } }), now).note).toBeUndefined();
  expect(statusView(apiKey({ rotation: { ...rotation, ends_at: "2026-05-10T11:00:00.000Z" } }), now).label).toBe("Active");
});

it("says until when a deleted key can be restored", () => {
  expect(statusView(apiKey({ status: "deleted", deleted_at: "2026-05-01T00:00:00.000Z" }), now)).toMatchObject({ label: "Deleted", tone: "quiet" });
  expect(goneAt("2026-05-01T00:00:00.000Z")).toBe("2026-05-31T00:00:00.000Z");
});
