import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import { Unreachable } from "./problem.ts";
import type { Granularity, ReasonCode, Usage } from "./types.ts";

/** Whose use: a tenant's, or one key's. */
export interface UsageScope {
  tenant: string;
  key: string | null;
}

/** A stretch of time: the last so many milliseconds, or from one moment to another. */
export type Span = { last: number } | { from: string; to: string };

export type UsageGroup = "operation" | "outcome" | "key";

/** How often pages that show the present ask again. */
export const pollMs = 5_000;

function bounds(span: Span): { from: string; to?: string } {
  if ("last" in span) return { from: new Date(Date.now() - span.last).toISOString() };
  return { from: span.from, to: span.to };
}

/** Where the query client keeps what a key or tenant did. */
const usageOf = ({ tenant, key }: UsageScope) => ["tenant", tenant, "usage", key ?? "all"] as const;

/** The document may answer CSV as well; it was not asked for here. */
async function numbers(call: Promise<Usage | string>): Promise<Usage> {
  const body = await call;
  if (typeof body === "string") throw new Unreachable();
  return body;
}

function fetchUsage({ tenant, key }: UsageScope, span: Span, group: UsageGroup, signal: AbortSignal): Promise<Usage> {
  if (key === null) {
    return numbers(
      answered(api.GET("/v1/tenants/{tenant}/usage", { signal, params: { path: { tenant }, query: { ...bounds(span), group_by: group } } })),
    );
  }
  return numbers(
    answered(api.GET("/v1/tenants/{tenant}/api-keys/{id}/usage", {
      signal,
      params: { path: { tenant, id: key }, query: { ...bounds(span), group_by: group === "key" ? "outcome" : group } },
    })),
  );
}

/** `live`: asked again every few seconds, for as long as the page is visible. */
export function useUsage(scope: UsageScope, span: Span, group: UsageGroup, live: boolean, enabled = true) {
  return useQuery({
    queryKey: [...usageOf(scope), group, span],
    queryFn: ({ signal }) => fetchUsage(scope, span, group, signal),
    placeholderData: keepPreviousData,
    refetchInterval: live ? pollMs : false,
    enabled,
  });
}

/** Where the numbers of an answer are to be had as a file. */
export function usageCsvUrl({ tenant, key }: UsageScope, usage: Usage): string {
  const of = key === null ? "" : `/api-keys/${encodeURIComponent(key)}`;
  const query = new URLSearchParams({ from: usage.from, to: usage.to, granularity: usage.granularity, format: "csv" });
  if (usage.group_by !== null) query.set("group_by", usage.group_by);
  return `/v1/tenants/${encodeURIComponent(tenant)}${of}/usage?${query.toString()}`;
}

const sparkDays = 7;

/** The last seven days of several keys, in one request: values by key id, today's last. */
export function useWeekOfKeys(tenant: string, keys: readonly string[]) {
  return useQuery({
    queryKey: [...usageOf({ tenant, key: null }), "week", keys],
    queryFn: async ({ signal }): Promise<Map<string, number[]>> => {
      const from = new Date();
      from.setUTCHours(0, 0, 0, 0);
      from.setUTCDate(from.getUTCDate() - (sparkDays - 1));
      const granularity: Granularity = "day";
      const usage = await numbers(
        answered(
          api.GET("/v1/tenants/{tenant}/usage", {
            signal,
            params: { path: { tenant }, query: { from: from.toISOString(), granularity, group_by: "key", key: [...keys] } },
          }),
        ),
      );
      const none = usage.times.map(() => 0);
      const found = new Map(usage.series.map((each) => [each.key ?? "", each.values]));
      return new Map(keys.map((key) => [key, found.get(key) ?? none]));
    },
    enabled: keys.length > 0,
    staleTime: 60_000,
  });
}

/** Examples of what was refused for one reason, the newest first. */
export function useRefusals({ tenant, key }: UsageScope, code: ReasonCode, limit: number, live: boolean) {
  return useQuery({
    queryKey: [...usageOf({ tenant, key }), "refusals", code, limit],
    queryFn: ({ signal }) =>
      key === null
        ? answered(api.GET("/v1/tenants/{tenant}/refusals", { signal, params: { path: { tenant }, query: { code, limit } } }))
        : answered(
            api.GET("/v1/tenants/{tenant}/api-keys/{id}/refusals", { signal, params: { path: { tenant, id: key }, query: { code, limit } } }),
          ),
    refetchInterval: live ? pollMs : false,
  });
}

/** The latest of what was refused for any reason. */
export function useRecentRefusals({ tenant, key }: { tenant: string; key: string }) {
  return useQuery({
    queryKey: [...usageOf({ tenant, key }), "refusals", "latest"],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/tenants/{tenant}/api-keys/{id}/refusals", { signal, params: { path: { tenant, id: key }, query: { limit: 50 } } })),
    staleTime: 60_000,
  });
}

export function useAddresses(tenant: string, key: string, days: number, live: boolean) {
  return useQuery({
    queryKey: [...usageOf({ tenant, key }), "addresses", days],
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/tenants/{tenant}/api-keys/{id}/addresses", { signal, params: { path: { tenant, id: key }, query: { days } } })),
    placeholderData: keepPreviousData,
    refetchInterval: live ? pollMs : false,
  });
}
