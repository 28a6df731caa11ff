import type { Catalog, KeyLimits, RateStanding } from "../api/types.ts";
import { grouped } from "../ui/words.ts";

const units: [seconds: number, one: string, many: string][] = [
  [86_400, "day", "d"],
  [3600, "hour", "h"],
  [60, "minute", "min"],
  [1, "second", "s"],
];

/** "second", "10 s", "15 min", "hour": what follows "per". */
export function windowWords(seconds: number): string {
  for (const [size, one, many] of units) {
    if (seconds === size) return one;
    if (seconds % size === 0) return `${grouped(seconds / size)} ${many}`;
  }
  return `${grouped(seconds)} s`;
}

/** "50 requests per 10 s". */
export function rateWords(requests: number, windowSeconds: number): string {
  return `${grouped(requests)} ${requests === 1 ? "request" : "requests"} per ${windowWords(windowSeconds)}`;
}

/** "10,000 requests per day". */
export function quotaWords(requests: number, period: "day" | "month"): string {
  return `${grouped(requests)} ${requests === 1 ? "request" : "requests"} per ${period === "day" ? "day" : "calendar month"}`;
}

/** Where a limit comes from, which is also who can change it. */
export function sourceWords(standing: { scope: RateStanding["scope"]; own?: boolean }, tenantName: string): string {
  if (standing.scope === "tenant") return `All keys of ${tenantName} together`;
  return standing.own === false ? "From the catalog" : "This key's own";
}

/** Which requests a limit counts: "" when it is all that there are. `all` is what stands beside it. */
export function countsWords(standing: RateStanding, catalog: Catalog | undefined, all: readonly RateStanding[]): string {
  const known = catalog?.rate_classes.find((each) => each.id === standing.rate_class);
  if (!known) return "";
  if (known.is_default) return all.some((each) => each.rate_class !== null && each.rate_class !== known.id) ? "all other requests" : "";
  return known.operations.length <= 2 ? known.operations.join(" and ") : `${String(known.operations.length)} operations (${known.id})`;
}

/** What holds for requests of the default class, and the quotas: for the sentence about a key. The tightest rate first. */
export function limitPhrases(limits: KeyLimits, catalog: Catalog): string[] {
  const rates = effectiveDefaults(limits, catalog).sort((a, b) => a.windowSeconds - b.windowSeconds);
  return [
    ...rates.map((rate) => rateWords(rate.requests, rate.windowSeconds)),
    ...(limits.quotas ?? []).map((quota) => quotaWords(quota.requests, quota.period)),
  ];
}

/** The catalog's limits of the default class with a key's own in their place, and the key's others of that class. */
function effectiveDefaults(limits: KeyLimits, catalog: Catalog): { requests: number; windowSeconds: number }[] {
  const fallback = catalog.rate_classes.find((each) => each.is_default);
  const own = (limits.rate_limits ?? []).filter((limit) => (limit.rate_class ?? fallback?.id ?? null) === (fallback?.id ?? null));
  const given = fallback?.limits ?? [];
  return [
    ...given.filter(({ name }) => !own.some((limit) => limit.name === name)).map((limit) => ({ requests: limit.requests, windowSeconds: limit.window_seconds })),
    ...own.flatMap(({ name, requests, window_seconds }) => {
      const windowSeconds = given.find((each) => each.name === name)?.window_seconds ?? window_seconds;
      return windowSeconds === undefined ? [] : [{ requests, windowSeconds }];
    }),
  ];
}
