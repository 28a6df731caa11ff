import type { KeyPolicy } from "../api/types.ts";
import { duration } from "../rotation/words.ts";
import { counted, listed } from "../ui/words.ts";

/** The whole policy in sentences, as one would tell it to a colleague. */
export function policySentences(policy: KeyPolicy): string[] {
  return [exchange(policy), ending(policy), reminding(policy), exposure(policy)];
}

function exchange({ max_secret_age_days: days, on_due: onDue, overlap_seconds: overlap }: KeyPolicy): string {
  const rotations = overlap === 0 ? "A rotation that names no overlap ends the old secret at once." : `After a rotation that names no overlap, old and new both work for ${duration(overlap)}.`;
  if (days === null) return `Secrets may grow old. ${rotations}`;
  const then = {
    report: "then an alert opens",
    disable: "then the key is disabled",
    rotate: "then the key is rotated into its secret manager, or reported if it has none",
  }[onDue];
  return `A secret is exchanged after ${counted(days, "day")} at the latest; ${then}. ${rotations}`;
}

function ending({ max_lifetime_days: days }: KeyPolicy): string {
  return days === null ? "Keys need not expire." : `A key expires ${counted(days, "day")} after it was made, at the latest.`;
}

function reminding({ reminder_days: days }: KeyPolicy): string {
  if (days.length === 0) return "Nobody is reminded.";
  return `The contact of a key is reminded ${listed(days.map((each) => counted(each, "day")), 12)} before either.`;
}

function exposure({ on_exposure: onExposure, exposure_overlap_seconds: overlap }: KeyPolicy): string {
  switch (onExposure) {
    case "alert":
      return "A key that others may have seen goes on working, and an alert opens.";
    case "rotate":
      return overlap === 0
        ? "A key that others may have seen is rotated, and its old secret ends at once."
        : `A key that others may have seen is rotated, and its old secret works for ${duration(overlap)} more.`;
    case "revoke":
      return "A key that others may have seen is revoked, for good.";
  }
}
