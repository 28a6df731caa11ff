import type { ApiKey } from "../api/types.ts";
import { daysBetween, relativeTime } from "../ui/time.ts";

export type StatusTone = "good" | "warn" | "bad" | "quiet";

export interface StatusView {
  label: string;
  tone: StatusTone;
  /** The moment behind the label, for the exact time on hover. */
  at: string | null;
}

const expiresSoonDays = 14;

export function statusView(key: ApiKey, now: number): StatusView {
  switch (key.status) {
    case "revoked":
      return { label: "Revoked", tone: "bad", at: key.revoked_at };
    case "disabled":
      return { label: "Disabled", tone: "quiet", at: key.disabled_at };
    case "expired":
      return { label: "Expired", tone: "warn", at: key.expires_at };
    case "active":
      if (key.expires_at !== null && daysBetween(now, key.expires_at) < expiresSoonDays) {
        const when = Date.parse(key.expires_at) - now < 60_000 ? "in a moment" : relativeTime(key.expires_at, now);
        return { label: `Expires ${when}`, tone: "warn", at: key.expires_at };
      }
      return { label: "Active", tone: "good", at: null };
  }
}

/** Made a week ago and never used: forgotten, or set up wrongly. Worth a look. */
export function neverUsedForLong(key: ApiKey, now: number): boolean {
  return key.last_used === null && key.status === "active" && daysBetween(now, key.created_at) < -7;
}
