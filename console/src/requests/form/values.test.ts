import { expect, it } from "vitest";
import type { RequestOffer } from "../../api/types.ts";
import { askBody, askErrors, askSentence, nothingAsked, saidErrors } from "./values.ts";

const offer: RequestOffer = {
  title: "Integrations",
  description: "",
  groups: [],
  channels: [
    { id: 504, name: "Email" },
    { id: 505, name: "SMS" },
  ],
  attributes: [{ name: "Alias" }],
  ip_ranges: true,
};
const filled = {
  ...nothingAsked,
  asker: " Sam ",
  contactEmail: "sam@partner.example ",
  application: "Template sync",
  operations: ["GetChannelTemplates", "AddChannelTemplates"],
  channels: ["505"],
  networks: "203.0.113.9\n",
};

it("sends what was typed without blanks, and channels as the catalog writes them", () => {
  expect(askBody(filled, offer)).toEqual({
    asker: "Sam",
    organisation: null,
    contact_email: "sam@partner.example",
    application: "Template sync",
    purpose: null,
    restrictions: { operations: filled.operations, channels: [505], attributes: [], ip_ranges: ["203.0.113.9"] },
  });
});

it("asks for a name, a contact, an application and something to do", () => {
  expect(Object.keys(askErrors(nothingAsked))).toEqual(["asker", "contactEmail", "application", "operations"]);
  expect(askErrors(filled)).toEqual({});
  expect(Object.keys(askErrors({ ...filled, organisation: "x".repeat(101), networks: "203.0.113.9/8" }))).toEqual(["organisation", "networks"]);
});

it("says in a sentence what is asked for", () => {
  expect(askSentence(nothingAsked, offer, "Acme")).toContain("Select what your application must do");
  expect(askSentence(filled, offer, "Acme")).toBe(
    "Template sync asks Acme to let it call 2 operations, on channel 505 SMS only, seeing every attribute, from 203.0.113.9 only.",
  );
});

it("brings the server's mistakes to their fields", () => {
  const problem = { type: "", title: "", status: 422, detail: "", code: "invalid_fields", request_id: "" };
  const errors = [
    { pointer: "/asker", detail: "Hidden." },
    { pointer: "/restrictions/operations/3", detail: "No." },
    { pointer: "/restrictions/operations/4", detail: "Nor." },
    { pointer: "/else", detail: "?" },
  ];
  expect(saidErrors({ ...problem, errors })).toEqual({ asker: "Hidden.", operations: "No. Nor." });
});
