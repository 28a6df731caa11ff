import type { Catalog, LeastPrivilege, SomeRestrictions } from "../api/types.ts";
import { channelName } from "../keys/summary.ts";
import { counted, listed } from "../ui/words.ts";

/** A restriction in plain words, one sentence for each part that it restricts. */
export function restrictionWords(restrictions: SomeRestrictions, catalog: Catalog): string[] {
  const { operations = [], channels = [], attributes = [], ip_ranges = [] } = restrictions;
  const sentences: string[] = [];
  if (operations.length > 0) {
    sentences.push(`It may call ${operations.length === 1 ? "one operation" : `${String(operations.length)} operations`} only: ${listed(operations, 8)}.`);
  }
  if (channels.length > 0) {
    sentences.push(`It may use ${channels.length === 1 ? "channel" : "channels"} ${listed(channels.map((id) => channelName(catalog, id)), 8)} only.`);
  }
  if (attributes.length > 0) sentences.push(`It may see ${listed(attributes, 8)} only.`);
  if (ip_ranges.length > 0) sentences.push(`It may be used from ${listed(ip_ranges, 8)} only.`);
  return sentences;
}

/** What a proposal takes away: "Removes 18 operations and 1 channel that it has not used in 30 days." */
export function effectWords({ removes, days, proposal }: Pick<LeastPrivilege, "removes" | "days" | "proposal">): string {
  const parts = [
    [removes.operations, "operation"],
    [removes.channels, "channel"],
    [removes.attributes, "attribute"],
  ] as const;
  const taken = parts.filter(([count]) => count > 0).map(([count, word]) => counted(count, word));
  const within = days === 1 ? "the last day" : `${String(days)} days`;
  if (taken.length > 0) return `Removes ${listed(taken)} that it has not used in ${within}.`;
  return (proposal?.ip_ranges ?? []).length > 0 ? `Holds it to the networks that it was used from in ${within}.` : "";
}

/** How much of what it may do it did: "It used 4 of the 22 operations that it may call, and 2 of 3 channels." */
export function usedWords({ operations, channels, attributes }: Pick<LeastPrivilege, "operations" | "channels" | "attributes">): string {
  const count = (items: readonly { used: boolean }[]) => items.filter((each) => each.used).length;
  const parts = [`${String(count(operations))} of the ${counted(operations.length, "operation")} that it may call`];
  if (channels.applies && channels.items.length > 0) parts.push(`${String(count(channels.items))} of ${counted(channels.items.length, "channel")}`);
  if (attributes.applies && attributes.items.length > 0) {
    parts.push(`${String(count(attributes.items))} of ${counted(attributes.items.length, "attribute")}`);
  }
  return `It used ${listed(parts)}.`;
}
