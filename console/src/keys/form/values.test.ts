import { describe, expect, it } from "vitest";
import { apiKey, catalog } from "../../testing/fixtures.ts";
import { createBody, emptyValues, expiresAt, formErrors, valuesOf } from "./values.ts";

const filled = { ...emptyValues, nickname: " Acme ", contactEmail: " a@acme.example ", accessType: "integrations" };

describe("what is sent", () => {
  it("is trimmed, with channels in the catalog's own type and ranges in their shortest form", () => {
    const body = createBody({ ...filled, channels: ["505"], networks: "203.0.113.9/32\n::1" }, catalog);
    expect(body).toEqual({
      nickname: "Acme",
      contact_email: "a@acme.example",
      access_type: "integrations",
      restrictions: { operations: [], channels: [505], attributes: [], ip_ranges: ["203.0.113.9", "::1"] },
      limits: { rate_limits: [], quotas: [] },
      expires_at: null,
    });
  });

  it("leaves out what was chosen for another access type", () => {
    const body = createBody({ ...filled, accessType: "admin", channels: ["505"], attributes: ["Alias"] }, catalog);
    expect(body.restrictions).toMatchObject({ channels: [], attributes: [] });
  });

  it("keeps the exact moment of an expiry whose day was not touched", () => {
    const key = apiKey({ expires_at: "2027-02-21T08:15:00.000Z" });
    expect(expiresAt(valuesOf(key, catalog), key.expires_at)).toBe("2027-02-21T08:15:00.000Z");
  });
});

describe("what is found before sending", () => {
  const now = Date.parse("2026-05-10T12:00:00.000Z");

  it("is nothing for a sound form", () => {
    expect(formErrors(filled, catalog, now)).toEqual({});
  });

  it("is every field that is missing or wrong, at once", () => {
    const errors = formErrors({ ...emptyValues, contactEmail: "x", networks: "1.2.3", expiry: "2020-01-01" }, catalog, now);
    expect(Object.keys(errors).sort()).toEqual(["accessType", "contactEmail", "expiry", "networks", "nickname"]);
  });

  it("lets an expired key keep its expiry", () => {
    const key = apiKey({ expires_at: "2026-01-01T00:00:00.000Z" });
    expect(formErrors(valuesOf(key, catalog), catalog, now, key.expires_at)).toEqual({});
  });
});
