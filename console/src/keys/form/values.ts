import type { ApiKey, ApiKeyCreate, Catalog, Restrictions } from "../../api/types.ts";
import { findAccessType } from "../../api/catalog.ts";
import { dayOf, endOfDay } from "../../ui/time.ts";
import { limitsError } from "../../limits/form/validate.ts";
import { limitValuesOf, limitsBody, noLimits, type LimitValues } from "../../limits/form/values.ts";
import { handOverBody, handOverError, handOverValuesOf, shown, type HandOverValues } from "../../rotation/form/values.ts";
import { parseIpRange, splitRanges } from "../ip-range.ts";
import { emailError, expiryError, networksError, nicknameError, type Field } from "../validate.ts";

/** What the form holds: text as it was typed, lists as they were chosen. */
export interface KeyFormValues {
  nickname: string;
  contactEmail: string;
  accessType: string;
  operations: string[];
  channels: string[];
  attributes: string[];
  networks: string;
  /** A calendar day; null for no expiry. */
  expiry: string | null;
  limits: LimitValues;
  /** Of a new key; one that exists keeps its own until it is rotated. */
  handOver: HandOverValues;
}

export const emptyValues: KeyFormValues = {
  nickname: "",
  contactEmail: "",
  accessType: "",
  operations: [],
  channels: [],
  attributes: [],
  networks: "",
  expiry: null,
  limits: noLimits,
  handOver: shown,
};

export function valuesOf(key: ApiKey, catalog: Catalog): KeyFormValues {
  return {
    nickname: key.nickname,
    contactEmail: key.contact_email,
    accessType: key.access_type,
    operations: key.restrictions.operations,
    channels: key.restrictions.channels.map(String),
    attributes: key.restrictions.attributes,
    networks: key.restrictions.ip_ranges.join("\n"),
    expiry: key.expires_at === null ? null : dayOf(key.expires_at),
    limits: limitValuesOf(key.limits, catalog),
    handOver: handOverValuesOf(key.hand_over),
  };
}

/** For another application of the same kind: as that key is, but for its name, its networks and its end. */
export function valuesLike(key: ApiKey, catalog: Catalog): KeyFormValues {
  return { ...valuesOf(key, catalog), nickname: "", networks: "", expiry: null, handOver: { ...handOverValuesOf(key.hand_over), path: "" } };
}

/** The restrictions to send: only those that the access type takes, whatever was chosen before it was changed. */
export function restrictionsOf(values: KeyFormValues, catalog: Catalog): Restrictions {
  const takes = new Set(findAccessType(catalog, values.accessType)?.restrictions);
  const channels = new Map(catalog.channels.map((channel) => [String(channel.id), channel.id]));
  return {
    operations: takes.has("operations") ? values.operations : [],
    // In the catalog's own type: a number stays a number.
    channels: takes.has("channels") ? values.channels.map((id) => channels.get(id) ?? id) : [],
    attributes: takes.has("attributes") ? values.attributes : [],
    ip_ranges: takes.has("ip_ranges")
      ? splitRanges(values.networks).map((text) => {
          const range = parseIpRange(text);
          return range.ok ? range.canonical : text;
        })
      : [],
  };
}

/** The moment to send. A day that was not touched keeps the exact moment that it stands for. */
export function expiresAt(values: KeyFormValues, original: string | null = null): string | null {
  if (values.expiry === null) return null;
  if (original !== null && dayOf(original) === values.expiry) return original;
  return endOfDay(values.expiry);
}

export function createBody(values: KeyFormValues, catalog: Catalog): ApiKeyCreate {
  return {
    nickname: values.nickname.trim(),
    contact_email: values.contactEmail.trim(),
    access_type: values.accessType,
    restrictions: restrictionsOf(values, catalog),
    limits: limitsBody(values.limits, catalog),
    expires_at: expiresAt(values),
    ...(values.handOver.kind === "show" ? {} : { hand_over: handOverBody(values.handOver, values.nickname) }),
  };
}

export type FormErrors = Partial<Record<Field, string>>;

export function formErrors(values: KeyFormValues, catalog: Catalog, now: number, original: string | null = null): FormErrors {
  const unchanged = original !== null && values.expiry === dayOf(original);
  const found: [Field, string | null][] = [
    ["nickname", nicknameError(values.nickname)],
    ["contactEmail", emailError(values.contactEmail)],
    ["accessType", values.accessType === "" ? "Choose what kind of access the key gives." : null],
    ["networks", networksError(values.networks)],
    ["limits", limitsError(values.limits, catalog)],
    ["handOver", handOverError(values.handOver)],
    ["expiry", unchanged ? null : expiryError(values.expiry, now)],
  ];
  return Object.fromEntries(found.filter(([, message]) => message !== null));
}
