import type { Problem } from "../api/types.ts";
import { parseIpRange, splitRanges } from "./ip-range.ts";
import { endOfDay } from "../ui/time.ts";

// What can be told without asking the server. The server has the last word on every field.

export function nicknameError(value: string): string | null {
  const name = value.trim();
  if (name === "") return "Give the key a nickname, such as the application that will use it.";
  if (name.length > 100) return "A nickname has at most 100 characters.";
  return null;
}

export function emailError(value: string): string | null {
  const email = value.trim();
  if (email === "") return "Enter the address of someone who looks after the application.";
  if (email.length > 254 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    return "Enter a whole email address, such as integrations@acme.example.";
  }
  return null;
}

export function networksError(text: string): string | null {
  const wrong = splitRanges(text).map(parseIpRange).find((range) => !range.ok);
  return wrong ? "Correct or remove the entries marked below." : null;
}

export function expiryError(date: string | null, now: number): string | null {
  if (date === null) return null;
  const end = endOfDay(date);
  if (end === null) return "Choose a date, or no expiry.";
  return Date.parse(end) <= now ? "Choose a date that is not in the past." : null;
}

export type Field = "nickname" | "contactEmail" | "accessType" | "operations" | "channels" | "attributes" | "networks" | "expiry" | "limits" | "handOver";

const places: [pointer: string, field: Field][] = [
  ["/nickname", "nickname"],
  ["/contact_email", "contactEmail"],
  ["/access_type", "accessType"],
  ["/restrictions/operations", "operations"],
  ["/restrictions/channels", "channels"],
  ["/restrictions/attributes", "attributes"],
  ["/restrictions/ip_ranges", "networks"],
  ["/expires_at", "expiry"],
  ["/limits", "limits"],
  ["/hand_over", "handOver"],
];

/** The server's mistakes, field by field; `rest` holds those that belong to none that the form shows. */
export function fieldErrors(problem: Problem): { fields: Partial<Record<Field, string>>; rest: string[] } {
  const fields: Partial<Record<Field, string>> = {};
  const rest: string[] = [];
  for (const { pointer, detail } of problem.errors ?? []) {
    const place = places.find(([prefix]) => pointer === prefix || pointer.startsWith(`${prefix}/`));
    if (!place) rest.push(detail);
    else if (fields[place[1]] === undefined) fields[place[1]] = detail;
    else fields[place[1]] += ` ${detail}`;
  }
  return { fields, rest };
}
