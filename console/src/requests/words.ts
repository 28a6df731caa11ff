import type { RequestLink } from "../api/types.ts";
import type { Tone } from "../ui/StateDot.tsx";

interface StatusView {
  label: string;
  tone: Tone;
}

export const statusViews: Record<RequestLink["status"], StatusView> = {
  open: { label: "Not filled in yet", tone: "quiet" },
  submitted: { label: "Waits for your answer", tone: "warn" },
  activated: { label: "Activated", tone: "good" },
  declined: { label: "Declined", tone: "bad" },
  withdrawn: { label: "Withdrawn", tone: "quiet" },
  expired: { label: "Expired", tone: "quiet" },
};

/** "Template sync, for Sam Stranger of SMS Partner Ltd"; what a link without an answer is called by. */
export function linkTitle(link: RequestLink): string {
  if (link.asked) return link.asked.application;
  return link.note?.split("\n", 1)[0] ?? "A link without a note";
}

export function askerWords({ asker, organisation }: NonNullable<RequestLink["asked"]>): string {
  return organisation === null ? asker : `${asker}, ${organisation}`;
}

export const lifeChoices = [
  { value: "86400", label: "1 day" },
  { value: "259200", label: "3 days" },
  { value: "604800", label: "7 days" },
  { value: "1209600", label: "14 days" },
  { value: "2592000", label: "30 days" },
] as const;

/** The link as this browser reaches the console, whatever the server believes its address to be. */
export function linkHere(url: string): string {
  const { pathname, hash } = new URL(url);
  return globalThis.location.origin + pathname + hash;
}
