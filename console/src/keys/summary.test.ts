import { describe, expect, it } from "vitest";
import { catalog, tenant } from "../testing/fixtures.ts";
import { restrictionCounts, summarize } from "./summary.ts";

const none = { operations: [], channels: [], attributes: [], ip_ranges: [] };
const base = { nickname: "Acme SMS Partner", accessType: "integrations", restrictions: none, limits: { rate_limits: [], quotas: [] }, expiresAt: null };

describe("the summary sentence", () => {
  it("says that nothing selected means everything the access type permits", () => {
    expect(summarize(base, catalog, tenant)).toBe(
      "Acme SMS Partner may call 3 operations, on every channel, seeing every attribute, from any network.",
    );
  });

  it("names what was chosen", () => {
    const restrictions = { operations: ["Plain"], channels: [505], attributes: ["Alias", "Country"], ip_ranges: ["203.0.113.0/24"] };
    expect(summarize({ ...base, restrictions, expiresAt: "2027-02-21T12:00:00.000Z" }, catalog, tenant)).toBe(
      "Acme SMS Partner may call 1 operation, on channel 505 SMS only, seeing Alias and Country, from 203.0.113.0/24 only, until Feb 21, 2027.",
    );
  });

  it("keeps to what the tenant permits when nothing is selected", () => {
    const limited = { ...tenant, enabled_channels: [504], ip_ranges: ["203.0.113.0/24"] };
    expect(summarize(base, catalog, limited)).toBe(
      "Acme SMS Partner may call 3 operations, on every channel enabled for Acme, seeing every attribute, from any of the networks of Acme.",
    );
  });

  it("speaks of a revoked key in the past", () => {
    expect(summarize({ ...base, ended: true }, catalog, tenant)).toMatch(/^Acme SMS Partner could call 3 operations/);
  });

  it("leaves out what the access type does not restrict", () => {
    expect(summarize({ ...base, accessType: "admin" }, catalog, tenant)).toBe(
      "Acme SMS Partner may call all 4 operations, from any network.",
    );
  });

  it("does not count operations that the access type forbids", () => {
    const restrictions = { ...none, operations: ["Plain", "Secret"] };
    expect(summarize({ ...base, restrictions }, catalog, tenant)).toContain("may call 1 operation,");
  });

  it("stands in for a name that is not there yet, and is silent without an access type", () => {
    expect(summarize({ ...base, nickname: " " }, catalog, tenant)).toMatch(/^This key may call/);
    expect(summarize({ ...base, accessType: "" }, catalog, tenant)).toBe("");
  });
});

it("counts restrictions for a table cell", () => {
  expect(restrictionCounts(none)).toBe("");
  expect(restrictionCounts({ operations: [], channels: [504, 505], attributes: ["a", "b", "c"], ip_ranges: ["::1"] })).toBe(
    "2 channels, 3 attributes, 1 network",
  );
});
