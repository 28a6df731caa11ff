import { expect, it } from "vitest";
import { apiKey } from "../testing/fixtures.ts";
import { exposedBy, whereExposed, type Exposure } from "./exposure.ts";
import { statusView } from "./status.ts";

const now = Date.parse("2026-05-10T12:00:00.000Z");
const exposure: Exposure = {
  secret_id: "sec_9f2c41d07ab36e58",
  how: "leak_report",
  first_at: "2026-05-09T12:00:00.000Z",
  last_at: "2026-05-10T11:00:00.000Z",
  count: 3,
  source: "github/commit",
  url: "https://git.example/acme/app/blob/main/.env",
};

it("shows an exposed key as that, unless it does not work any more", () => {
  expect(statusView(apiKey({ exposure }), now)).toMatchObject({ label: "Exposed", tone: "bad", at: exposure.last_at });
  expect(statusView(apiKey({ exposure, status: "revoked" }), now).label).toBe("Revoked");
});

it("says where others may have seen it", () => {
  expect(exposedBy(exposure)).toBe("github/commit reported it from where others can read it");
  expect(exposedBy({ ...exposure, how: "query" })).toMatch(/in the address of a request/);
  expect(exposedBy({ ...exposure, how: "plain_http" })).toMatch(/over plain HTTP/);
});

it("links to nothing but web pages", () => {
  expect(whereExposed(exposure)).toBe(exposure.url);
  expect(whereExposed({ ...exposure, url: "javascript:alert(1)" })).toBeNull();
  expect(whereExposed({ ...exposure, url: null })).toBeNull();
});
