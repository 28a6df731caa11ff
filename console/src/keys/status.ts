import type { ApiKey } from "../api/types.ts";
import { daysBetween, relativeTime, shortMoment } from "../ui/time.ts";

export type StatusTone = "good" | "warn" | "bad" | "quiet";

export interface StatusView {
  label: string;
  /** What goes with it, and may stand on a line of its own. */
  note?: string;
  tone: StatusTone;
  /** The moment behind the label, for the exact time on hover. */
  at: string | null;
}

const expiresSoonDays = 14;
const day = 86_400_000;

/** For so many days a deleted key can be brought back. */
export const restorableDays = 30;

/** The moment after which a deleted key is gone for good. */
export function goneAt(deletedAt: string): string {
  return new Date(Date.parse(deletedAt) + restorableDays * day).toISOString();
}

export function statusView(key: ApiKey, now: number): StatusView {
  switch (key.status) {
    case "deleted":
      return { label: "Deleted", tone: "quiet", at: key.deleted_at };
    case "revoked":
      return { label: "Revoked", tone: "bad", at: key.revoked_at };
    case "disabled":
      return { label: "Disabled", tone: "quiet", at: key.disabled_at };
    case "expired":
      return { label: "Expired", tone: "warn", at: key.expires_at };
    case "active":
      if (key.exposure !== null) return { label: "Exposed", tone: "bad", at: key.exposure.last_at };
      if (key.expires_at !== null && daysBetween(now, key.expires_at) < expiresSoonDays) {
        const when = Date.parse(key.expires_at) - now < 60_000 ? "in a moment" : relativeTime(key.expires_at, now);
        return { label: `Expires ${when}`, tone: "warn", at: key.expires_at };
      }
      return rotating(key, now) ?? { label: "Active", tone: "good", at: null };
  }
}

function rotating({ rotation }: ApiKey, now: number): StatusView | null {
  if (rotation === null) return null;
  if (rotation.ends_at === null) return { label: "Rotating", tone: "good", at: rotation.started_at };
  // It has ended; the server will say so at the next reading.
  if (Date.parse(rotation.ends_at) <= now) return null;
  return { label: "Rotating", note: `until ${shortMoment(rotation.ends_at, now)}`, tone: "good", at: rotation.ends_at };
}

/** Whether both of its secrets work at this moment. */
export function isRotating({ rotation }: ApiKey, now: number): boolean {
  return rotation !== null && (rotation.ends_at === null || Date.parse(rotation.ends_at) > now);
}

/** Made a week ago and never used: forgotten, or set up wrongly. Worth a look. */
export function neverUsedForLong(key: ApiKey, now: number): boolean {
  return key.last_used === null && key.status === "active" && daysBetween(now, key.created_at) < -7;
}
