import { exactTime } from "../ui/time.ts";
import { grouped } from "../ui/words.ts";

const labels: Record<string, string> = {
  in_use_since: "In use since",
  within_minutes: "Within minutes",
  most_frequent: "Most of them",
  resets_at: "Starts anew",
  last_used_at: "Last used",
  created_at: "Made",
  secret_since: "Secret made",
  latest_address: "Latest address",
  expected: "Usual",
  limit: "Still usual",
  hour: "In the hour from",
  expires_at: "Expires",
  due_at: "Due",
  on_due: "Then",
  started_at: "Rotating since",
  ends_at: "Old secret ends",
  old_used_at: "Old secret used",
};

const whenDue: Record<string, string> = { report: "an alert opens", disable: "the key is disabled", rotate: "the key is rotated" };

// What a number that stands for itself is called by its neighbors already.
const percents = new Set(["percent", "share_percent"]);

function label(name: string): string {
  const words = labels[name] ?? name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function value(name: string, fact: unknown): string {
  if (typeof fact === "number") return percents.has(name) ? `${String(fact)}%` : grouped(fact);
  if (fact === null) return "Never";
  if (name === "on_due" && typeof fact === "string") return whenDue[fact] ?? fact;
  if (typeof fact === "string") return /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(fact) ? exactTime(fact) : fact;
  return JSON.stringify(fact);
}

/** The numbers behind an alert, to be read. Names that the console does not know stand for themselves. */
export function factWords(facts: Record<string, unknown>): [label: string, value: string][] {
  return Object.entries(facts).map(([name, fact]) => [label(name), value(name, fact)]);
}
