import type { ApiKey, HandOver, HandOverInput, HandOverState, KeyPolicy, Rotate } from "../api/types.ts";
import type { Tone } from "../ui/StateDot.tsx";
import { exactTime, relativeTime } from "../ui/time.ts";
import { counted } from "../ui/words.ts";

const dayMs = 86_400_000;
const steps: [seconds: number, word: string][] = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
];

/** "24 hours", "7 days", "1 hour and 30 minutes". One day is said in hours, as overlaps are. */
export function duration(seconds: number): string {
  if (seconds === 86_400) return "24 hours";
  const parts: string[] = [];
  let rest = seconds;
  for (const [size, word] of steps) {
    const count = Math.floor(rest / size);
    if (count === 0) continue;
    parts.push(counted(count, word));
    rest -= count * size;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? "no time" : parts.join(" and ");
}

/** What a rotation on these terms will do, in sentences. */
export function forecast(terms: Required<Rotate>, key: ApiKey, now: number): string[] {
  const { overlap_seconds: overlap, finish, hand_over: to } = terms;
  return [...delivery(to, key), ...ending(overlap, finish === "on_first_use", to.kind === "secret_manager", key, now)];
}

function delivery(to: HandOverInput, key: ApiKey): string[] {
  switch (to.kind) {
    case "show":
      return ["You see the new secret once, on the next page."];
    case "link":
      return [`${key.contact_email} gets a link that shows the new secret once, within three days. You don't see it.`];
    case "secret_manager":
      return ["The new secret is written there without anybody reading it. Until it is stored, the old one stays without an end."];
  }
}

function ending(overlap: number, onFirstUse: boolean, delivered: boolean, key: ApiKey, now: number): string[] {
  if (onFirstUse) {
    return overlap === 0
      ? ["The old one works until the new one is used for the first time, and ends at that moment: callers that have not switched then are refused."]
      : [`Old and new both work until the new one is in use, and for ${duration(overlap)} after its first use. Callers that have not switched by then are refused.`];
  }
  if (delivered) {
    return overlap === 0
      ? ["The old one ends as soon as the new one is stored."]
      : [`From then on both work for ${duration(overlap)}. Callers that have not switched by then are refused.`];
  }
  if (overlap === 0) return [`The old one ends at once: callers are refused until they have the new one. ${lastUse(key, now)}`];
  return [`Old and new both work for ${duration(overlap)}. Callers that have not switched by ${exactTime(new Date(now + overlap * 1000).toISOString())} are refused.`];
}

function lastUse({ last_used: use }: ApiKey, now: number): string {
  return use === null ? "It has never been used." : `It was last used ${relativeTime(use.at, now)} from ${use.address}.`;
}

/** When the old secret of a rotation ends, or what that waits for. */
export function endWords(key: ApiKey, now: number): string {
  const { rotation, hand_over: to } = key;
  if (rotation === null) return "";
  if (rotation.delivering) {
    const then = rotation.finish === "on_first_use" ? "Then it waits for the first use of the new one." : rotation.overlap_seconds === 0 ? "Then it ends." : `Then it works for another ${duration(rotation.overlap_seconds)}.`;
    return `The new secret is on its way to ${to.manager ?? "its secret manager"}. Until it is stored there, the old one has no end. ${then}`;
  }
  if (rotation.ends_at === null) {
    return rotation.overlap_seconds === 0
      ? "The old one ends when the new one is used for the first time, which it has not been yet."
      : `The old one ends ${duration(rotation.overlap_seconds)} after the first use of the new one, which has not been used yet.`;
  }
  return `Both work until ${exactTime(rotation.ends_at)}, ${relativeTime(rotation.ends_at, now)}. Callers that have not switched by then are refused.`;
}

/** What is known of the callers that still use the old secret. */
export function stragglers(key: ApiKey, now: number): string {
  const [old, fresh] = [secretIn(key, "old"), secretIn(key, "new")];
  if (!old?.last_used) return "Nobody has ever used the old secret.";
  const { at, address } = old.last_used;
  const startedAt = key.rotation?.started_at ?? "";
  if (Date.parse(at) < Date.parse(startedAt)) return "Nobody has used the old secret since the rotation began.";
  const since = fresh?.last_used && Date.parse(fresh.last_used.at) > Date.parse(at) ? "The new one is in use since, but the" : "The";
  return `${since} old secret was used ${relativeTime(at, now)} from ${address}.`;
}

export function secretIn(key: ApiKey, state: ApiKey["secrets"][number]["state"]): ApiKey["secrets"][number] | undefined {
  return key.secrets.find((each) => each.state === state);
}

/** Where a key's secrets go. */
export function placeWords(to: HandOver, contact: string): string {
  switch (to.kind) {
    case "show":
      return "Shown once to whoever makes it";
    case "link":
      return `A one-time link to ${contact}`;
    case "secret_manager":
      return `${to.manager ?? "A secret manager"}, at ${to.path ?? "the key's path"}`;
  }
}

export interface Due {
  /** When the secret must be exchanged; null when it need not. */
  at: string | null;
  words: string;
}

/** What the tenant's policy asks of a key's secret. */
export function due(key: ApiKey, policy: KeyPolicy, now: number): Due {
  const days = policy.max_secret_age_days;
  const newest = secretIn(key, "new") ?? secretIn(key, "current");
  if (days === null || !newest) return { at: null, words: "Secrets may grow old here, by the key policy." };
  const at = new Date(Date.parse(newest.created_at) + days * dayMs).toISOString();
  const rule = `The key policy has secrets exchanged after ${counted(days, "day")}.`;
  return { at, words: `${rule} ${thenWords(key, policy, Date.parse(at) <= now)}` };
}

function thenWords(key: ApiKey, { on_due }: KeyPolicy, past: boolean): string {
  if (past) return "That time is over.";
  switch (on_due) {
    case "report":
      return "Then an alert opens.";
    case "disable":
      return "Then the key is disabled.";
    case "rotate":
      return key.hand_over.kind === "secret_manager"
        ? `Then it is rotated into ${key.hand_over.manager ?? "its secret manager"} by itself.`
        : "Then an alert opens: without a secret manager a new secret has nowhere to go by itself.";
  }
}

export interface HandOverView {
  tone: Tone;
  label: string;
}

/** How a hand-over stands, in a word or two. */
export function handOverView({ kind, status, last_error: error }: Pick<HandOverState, "kind" | "status" | "last_error">): HandOverView {
  switch (status) {
    case "pending":
      if (kind === "link") return { tone: "warn", label: error === null ? "Not opened yet" : "Not mailed yet" };
      return { tone: "warn", label: "On its way" };
    case "done":
      return { tone: "good", label: kind === "link" ? "Opened" : kind === "take_back" ? "Taken back out" : "Stored" };
    case "failed":
      return { tone: "bad", label: "Failed" };
    case "withdrawn":
      return { tone: "quiet", label: "Withdrawn" };
    case "expired":
      return { tone: "warn", label: "Expired unopened" };
  }
}

export function handOverTitle({ kind, manager, path, recipient }: HandOverState): string {
  switch (kind) {
    case "link":
      return `Link to ${recipient ?? "the contact"}`;
    case "secret_manager":
      return `${manager ?? "Secret manager"}, ${path ?? ""}`;
    case "take_back":
      return `Taken back out of ${manager ?? "the secret manager"}, ${path ?? ""}`;
  }
}

/** "1st", "22nd", "113th". */
export function ordinal(n: number): string {
  const rule = new Intl.PluralRules("en-US", { type: "ordinal" }).select(n);
  return `${String(n)}${{ one: "st", two: "nd", few: "rd", other: "th", zero: "th", many: "th" }[rule]}`;
}
