import { expect, it } from "vitest";
import type { RequestLink } from "../api/types.ts";
import { draftValues } from "./draft.ts";
import { askerWords, linkHere, linkTitle } from "./words.ts";

const asked: NonNullable<RequestLink["asked"]> = {
  asker: "Sam",
  organisation: null,
  contact_email: "sam@partner.example",
  application: "Template sync",
  purpose: null,
  restrictions: { operations: ["A"], channels: [505], attributes: [], ip_ranges: ["203.0.113.0/24", "::1/128"] },
};
const link: RequestLink = {
  id: "krq_1",
  status: "open",
  access_type: "integrations",
  note: "First line.\nSecond.",
  created_at: "2026-05-01T09:00:00.000Z",
  created_by: { type: "operator", id: null, name: "operator" },
  expires_at: "2026-05-08T09:00:00.000Z",
  submissions: 0,
  submitted_at: null,
  asked: null,
  ended_at: null,
  ended_by: null,
  key_id: null,
};

it("calls a link by what is asked for, or by its note", () => {
  expect(linkTitle({ ...link, asked })).toBe("Template sync");
  expect(linkTitle(link)).toBe("First line.");
  expect(linkTitle({ ...link, note: null })).toBe("A link without a note");
  expect(askerWords(asked)).toBe("Sam");
  expect(askerWords({ ...asked, organisation: "SMS Partner Ltd" })).toBe("Sam, SMS Partner Ltd");
});

it("leads to the console where it is open", () => {
  expect(linkHere("http://0.0.0.0:8480/request/krq_1#abc")).toBe(`${location.origin}/request/krq_1#abc`);
});

it("fills in a key as it is asked for, mailed where that can be", () => {
  expect(draftValues("integrations", asked, true)).toMatchObject({
    nickname: "Template sync",
    contactEmail: "sam@partner.example",
    operations: ["A"],
    channels: ["505"],
    networks: "203.0.113.0/24\n::1/128",
    handOver: { kind: "link" },
  });
  expect(draftValues("integrations", asked, false).handOver?.kind).toBe("show");
});
