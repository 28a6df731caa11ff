import { allOperations, findAccessType } from "../api/catalog.ts";
import type { Catalog, KeyLimits, Restrictions, Tenant } from "../api/types.ts";
import { limitPhrases } from "../limits/words.ts";
import { calendarDate } from "../ui/time.ts";
import { counted, listed } from "../ui/words.ts";

export interface Choice {
  nickname: string;
  accessType: string;
  restrictions: Restrictions;
  limits: KeyLimits;
  expiresAt: string | null;
  /** Revoked: what it says is past. */
  ended?: boolean;
}

export function channelName(catalog: Pick<Catalog, "channels">, id: string | number): string {
  const known = catalog.channels.find((channel) => String(channel.id) === String(id));
  return known ? `${String(id)} ${known.name}` : String(id);
}

/** How many operations a key may call, once its own list is taken into account. */
export function reach(catalog: Catalog, accessType: string, chosen: readonly string[]): number {
  const permitted = allOperations(catalog).filter((op) => op.access_types.includes(accessType));
  if (chosen.length === 0) return permitted.length;
  const wanted = new Set(chosen);
  return permitted.filter((op) => wanted.has(op.id)).length;
}

/** Where a key works that names no networks of its own: the tenant's still hold. */
export function anyNetwork(tenant: Pick<Tenant, "ip_ranges" | "name">): string {
  return tenant.ip_ranges.length === 0 ? "any network" : `any of the networks of ${tenant.name}`;
}

/** What a key may do, in one sentence: "Acme SMS Partner may call 22 operations, on channel 505 SMS only, ...". */
export function summarize(choice: Choice, catalog: Catalog, tenant: Tenant): string {
  const type = findAccessType(catalog, choice.accessType);
  if (!type) return "";
  const { operations, channels, attributes, ip_ranges } = choice.restrictions;
  const count = reach(catalog, choice.accessType, operations);
  const may = choice.ended ? "could" : "may";
  const parts = [
    operations.length === 0 && count === catalog.operation_count
      ? `${may} call all ${counted(count, "operation")}`
      : `${may} call ${counted(count, "operation")}`,
  ];
  if (type.restrictions.includes("channels")) {
    const names = channels.map((id) => channelName(catalog, id));
    const every = tenant.enabled_channels.length === 0 ? "on every channel" : `on every channel enabled for ${tenant.name}`;
    parts.push(names.length === 0 ? every : `on ${names.length === 1 ? "channel" : "channels"} ${listed(names)} only`);
  }
  if (type.restrictions.includes("attributes")) {
    parts.push(attributes.length === 0 ? "seeing every attribute" : `seeing ${listed(attributes)}`);
  }
  parts.push(`from ${ip_ranges.length === 0 ? anyNetwork(tenant) : `${listed(ip_ranges)} only`}`);
  const phrases = limitPhrases(choice.limits, catalog);
  if (phrases.length > 0) parts.push(listed(phrases));
  if (choice.expiresAt !== null) parts.push(`until ${calendarDate(choice.expiresAt)}`);
  return `${choice.nickname.trim() || "This key"} ${parts.join(", ")}.`;
}

/** For a table cell: "2 channels, 3 attributes, 1 network"; empty when nothing is restricted. */
export function restrictionCounts(restrictions: Restrictions): string {
  const parts = [
    [restrictions.operations.length, "operation"],
    [restrictions.channels.length, "channel"],
    [restrictions.attributes.length, "attribute"],
    [restrictions.ip_ranges.length, "network"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => counted(count, word))
    .join(", ");
}
