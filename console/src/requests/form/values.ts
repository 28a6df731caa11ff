import type { Problem, RequestOffer, RequestSubmission } from "../../api/types.ts";
import { parseIpRange, splitRanges } from "../../keys/ip-range.ts";
import { channelName } from "../../keys/summary.ts";
import { emailError, networksError } from "../../keys/validate.ts";
import { counted, listed } from "../../ui/words.ts";

/** What the form holds: text as it was typed, lists as they were chosen. */
export interface AskValues {
  asker: string;
  organisation: string;
  contactEmail: string;
  application: string;
  purpose: string;
  operations: string[];
  channels: string[];
  attributes: string[];
  networks: string;
}

export type AskErrors = Partial<Record<keyof AskValues, string>>;

export const nothingAsked: AskValues = {
  asker: "",
  organisation: "",
  contactEmail: "",
  application: "",
  purpose: "",
  operations: [],
  channels: [],
  attributes: [],
  networks: "",
};

export function askBody(values: AskValues, offer: RequestOffer): RequestSubmission {
  const channels = new Map(offer.channels.map(({ id }) => [String(id), id]));
  return {
    asker: values.asker.trim(),
    organisation: values.organisation.trim() || null,
    contact_email: values.contactEmail.trim(),
    application: values.application.trim(),
    purpose: values.purpose.trim() || null,
    restrictions: {
      operations: values.operations,
      channels: values.channels.map((id) => channels.get(id) ?? id),
      attributes: values.attributes,
      ip_ranges: splitRanges(values.networks).map((text) => {
        const range = parseIpRange(text);
        return range.ok ? range.canonical : text;
      }),
    },
  };
}

/** What can be told without asking the server, which has the last word. */
export function askErrors(values: AskValues): AskErrors {
  const named = (text: string, sentence: string) => {
    if (text.trim() === "") return sentence;
    return text.trim().length > 100 ? "Shorten it to 100 characters." : null;
  };
  const found: [keyof AskValues, string | null][] = [
    ["asker", named(values.asker, "Write your name.")],
    ["organisation", values.organisation.trim() === "" ? null : named(values.organisation, "")],
    ["contactEmail", emailError(values.contactEmail)],
    ["application", named(values.application, "Name the application that will use the key.")],
    ["operations", values.operations.length === 0 ? "Select at least one operation that your application must call." : null],
    ["networks", networksError(values.networks)],
  ];
  return Object.fromEntries(found.filter(([, sentence]) => sentence !== null));
}

const places: [pointer: string, field: keyof AskValues][] = [
  ["/asker", "asker"],
  ["/organisation", "organisation"],
  ["/contact_email", "contactEmail"],
  ["/application", "application"],
  ["/purpose", "purpose"],
  ["/restrictions/operations", "operations"],
  ["/restrictions/channels", "channels"],
  ["/restrictions/attributes", "attributes"],
  ["/restrictions/ip_ranges", "networks"],
];

/** The server's mistakes by field; those that belong to none are left to the caller. */
export function saidErrors(problem: Problem): AskErrors {
  const errors: AskErrors = {};
  for (const { pointer, detail } of problem.errors ?? []) {
    const field = places.find(([prefix]) => pointer === prefix || pointer.startsWith(`${prefix}/`))?.[1];
    if (field) errors[field] = errors[field] === undefined ? detail : `${errors[field]} ${detail}`;
  }
  return errors;
}

/** "Template sync asks to call 3 operations, on channel 505 SMS only, seeing every attribute, from any network." */
export function askSentence(values: AskValues, offer: RequestOffer, account: string): string {
  const { operations, channels, attributes } = values;
  if (operations.length === 0) return "Select what your application must do, to see what you ask for.";
  const parts = [`asks ${account} to let it call ${counted(operations.length, "operation")}`];
  if (offer.channels.length > 0) {
    const names = channels.map((id) => channelName(offer, id));
    parts.push(names.length === 0 ? "on every channel" : `on ${names.length === 1 ? "channel" : "channels"} ${listed(names)} only`);
  }
  if (offer.attributes.length > 0) parts.push(attributes.length === 0 ? "seeing every attribute" : `seeing ${listed(attributes)}`);
  const ranges = splitRanges(values.networks);
  if (offer.ip_ranges) parts.push(`from ${ranges.length === 0 ? "any network" : `${listed(ranges)} only`}`);
  return `${values.application.trim() || "Your application"} ${parts.join(", ")}.`;
}
