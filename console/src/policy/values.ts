import type { KeyPolicy } from "../api/types.ts";
import { wholeNumber } from "../limits/form/values.ts";
import { overlapSeconds, overlapValuesOf, type OverlapValues } from "../rotation/form/values.ts";

/** The key policy as its form holds it: numbers as they were typed; an empty one for none. */
export interface PolicyValues {
  secretAge: string;
  lifetime: string;
  reminders: string;
  onDue: KeyPolicy["on_due"];
  overlap: OverlapValues;
  onExposure: KeyPolicy["on_exposure"];
  exposureOverlap: OverlapValues;
}

export type PolicyErrors = Partial<Record<keyof PolicyValues, string>>;

const mostDays = 3650;
const mostReminders = 10;
const longestReminder = 365;

export function policyValuesOf(policy: KeyPolicy): PolicyValues {
  return {
    secretAge: policy.max_secret_age_days === null ? "" : String(policy.max_secret_age_days),
    lifetime: policy.max_lifetime_days === null ? "" : String(policy.max_lifetime_days),
    reminders: policy.reminder_days.join(", "),
    onDue: policy.on_due,
    overlap: overlapValuesOf(policy.overlap_seconds),
    onExposure: policy.on_exposure,
    exposureOverlap: overlapValuesOf(policy.exposure_overlap_seconds),
  };
}

function daysIn(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  const days = wholeNumber(text);
  return days !== null && days >= 1 && days <= mostDays ? days : undefined;
}

/** The days named in "14, 7 and 1", the furthest first; null when one of them is none. */
export function remindersIn(text: string): number[] | null {
  const words = text.split(/[\s,;]+|and/).filter((word) => word !== "");
  const days = words.map((word) => (/^\d{1,3}$/.test(word) ? Number(word) : 0));
  if (days.some((each) => each < 1 || each > longestReminder)) return null;
  const distinct = [...new Set(days)].sort((a, b) => b - a);
  return distinct.length > mostReminders ? null : distinct;
}

export function policyErrors(values: PolicyValues): PolicyErrors {
  const wrongDays = `Enter a whole number of days from 1 to ${String(mostDays)}.`;
  const found: [keyof PolicyValues, string | null][] = [
    ["secretAge", daysIn(values.secretAge) === undefined ? wrongDays : null],
    ["lifetime", daysIn(values.lifetime) === undefined ? wrongDays : null],
    ["reminders", remindersIn(values.reminders) === null ? `Enter at most ${String(mostReminders)} numbers from 1 to ${String(longestReminder)}, such as 14, 7, 1.` : null],
    ["overlap", overlapSeconds(values.overlap) === null ? "This is no overlap." : null],
    ["exposureOverlap", overlapSeconds(values.exposureOverlap) === null ? "This is no overlap." : null],
  ];
  return Object.fromEntries(found.filter(([, message]) => message !== null));
}

/** What to send: always all of it, since what is left out goes back to its default. Null while something is wrong. */
export function policyBody(values: PolicyValues): KeyPolicy | null {
  const secretAge = daysIn(values.secretAge);
  const lifetime = daysIn(values.lifetime);
  const reminders = remindersIn(values.reminders);
  const overlap = overlapSeconds(values.overlap);
  const exposureOverlap = overlapSeconds(values.exposureOverlap);
  if (secretAge === undefined || lifetime === undefined || reminders === null || overlap === null || exposureOverlap === null) return null;
  return {
    max_secret_age_days: secretAge,
    max_lifetime_days: lifetime,
    reminder_days: reminders,
    on_due: values.onDue,
    overlap_seconds: overlap,
    on_exposure: values.onExposure,
    exposure_overlap_seconds: exposureOverlap,
  };
}

const fields: Record<string, keyof PolicyValues> = {
  max_secret_age_days: "secretAge",
  max_lifetime_days: "lifetime",
  reminder_days: "reminders",
  on_due: "onDue",
  overlap_seconds: "overlap",
  on_exposure: "onExposure",
  exposure_overlap_seconds: "exposureOverlap",
};

/** Which field a mistake that the server found belongs to. */
export function fieldAt(pointer: string): keyof PolicyValues | undefined {
  return fields[pointer.split("/")[1] ?? ""];
}
