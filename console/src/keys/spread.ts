// Whether a key looks as if several applications shared it: used from many networks, or by several programs, within one day.
import type { Addresses, ApiKey, Refusal } from "../api/types.ts";
import { counted, listed } from "../ui/words.ts";
import { parseIpRange } from "./ip-range.ts";

const day = 86_400_000;
const manyNetworks = 4;
const manyPrograms = 3;

export interface Spread {
  networks: string[];
  programs: string[];
}

/** The IPv4 /24 or IPv6 /48 of an address: what alerts call a network too. */
export function networkOf(address: string): string {
  const size = address.includes(":") ? 48 : 24;
  const range = parseIpRange(`${address}/${String(size)}`);
  return range.ok ? range.canonical : (range.suggestion ?? address);
}

/** "acme-sms/4.2 (java 21)" without what changes from version to version. */
export function programOf(userAgent: string): string {
  return userAgent.split(/[/\s(]/)[0] ?? userAgent;
}

/** What was seen within a day before the latest use. */
export function spreadOf(key: ApiKey, addresses: Addresses["data"], refusals: readonly Pick<Refusal, "at" | "user_agent">[]): Spread {
  const uses = [...addresses.map(({ last_seen_at: at }) => at), ...key.secrets.flatMap(({ last_used: use }) => use?.at ?? [])];
  const latest = Math.max(0, ...uses.map((at) => Date.parse(at)));
  const recent = (at: string) => latest - Date.parse(at) <= day;
  const agents = [
    ...key.secrets.flatMap(({ last_used: use }) => (use !== null && recent(use.at) ? [use.user_agent] : [])),
    ...refusals.filter(({ at }) => recent(at)).map(({ user_agent: agent }) => agent),
  ];
  return {
    networks: [...new Set(addresses.filter(({ last_seen_at: at }) => recent(at)).map(({ address }) => networkOf(address)))],
    programs: [...new Set(agents.flatMap((agent) => (agent === null || agent === "" ? [] : [programOf(agent)])))],
  };
}

/** A sentence when that is more than one application explains; null otherwise. */
export function spreadWords({ networks, programs }: Spread): string | null {
  const parts = [
    ...(networks.length >= manyNetworks ? [`from ${counted(networks.length, "network")} (${listed(networks)})`] : []),
    ...(programs.length >= manyPrograms ? [`by ${counted(programs.length, "program")} (${listed(programs)})`] : []),
  ];
  return parts.length === 0 ? null : `Within one day it was used ${parts.join(" and ")}. It looks as if several applications shared it.`;
}

/** A sentence when a nickname names more than one application; null otherwise. */
export function sharedName(nickname: string): string | null {
  return /\b(and|shared|common|various|misc|everyone|everything)\b|[&+]/i.test(nickname)
    ? "Each application gets a key of its own, so that one can be limited, watched and ended without the others."
    : null;
}
