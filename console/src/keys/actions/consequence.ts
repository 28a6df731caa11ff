import type { ApiKey } from "../../api/types.ts";
import { relativeTime } from "../../ui/time.ts";

/** What ending this key will break, from what is known of its use. */
export function consequence(key: ApiKey, now: number): string {
  switch (key.status) {
    case "active":
      if (key.last_used === null) return "It has never been used, so nothing is known to depend on it.";
      return `It was last used ${relativeTime(key.last_used.at, now)} from ${key.last_used.address}; calls like that one will fail at once.`;
    case "disabled":
      return "It is disabled, so its calls fail already.";
    case "expired":
      return "It has expired, so its calls fail already.";
    case "revoked":
      return "It is revoked already.";
    case "deleted":
      return "It is deleted, so its calls fail already.";
  }
}
