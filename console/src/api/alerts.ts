import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import type { AlertRulesUpdate } from "./types.ts";

export type AlertStatus = "open" | "acknowledged" | "all";

export interface AlertFilters {
  status: AlertStatus;
  key: string | null;
  cursor: string | null;
  limit: number;
}

const alertsOf = (tenant: string) => ["tenant", tenant, "alerts"] as const;
const rulesOf = (tenant: string) => ["tenant", tenant, "alert-rules"] as const;

export function useAlerts(tenant: string, { status, key, cursor, limit }: AlertFilters) {
  return useQuery({
    queryKey: [...alertsOf(tenant), "list", { status, key, cursor, limit }],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/v1/tenants/{tenant}/alerts", {
          signal,
          params: { path: { tenant }, query: { status, limit, ...(key === null ? {} : { key }), ...(cursor === null ? {} : { cursor }) } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}

/** How many alerts are open, for the navigation. */
export function useOpenAlerts(tenant: string): number | undefined {
  return useQuery({
    queryKey: [...alertsOf(tenant), "open"],
    queryFn: ({ signal }) => answered(api.GET("/v1/tenants/{tenant}/alerts", { signal, params: { path: { tenant }, query: { limit: 1 } } })),
    select: ({ open }) => open,
    staleTime: 30_000,
    refetchInterval: 60_000,
  }).data;
}

export function useAcknowledge(tenant: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answered(api.POST("/v1/tenants/{tenant}/alerts/{id}/acknowledge", { params: { path: { tenant, id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: alertsOf(tenant) }),
  });
}

export function useAlertRules(tenant: string) {
  return useQuery({
    queryKey: rulesOf(tenant),
    queryFn: ({ signal }) => answered(api.GET("/v1/tenants/{tenant}/alert-rules", { signal, params: { path: { tenant } } })),
  });
}

export function useUpdateAlertRules(tenant: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: AlertRulesUpdate) => answered(api.PUT("/v1/tenants/{tenant}/alert-rules", { params: { path: { tenant } }, body })),
    onSuccess: (rules) => client.setQueryData(rulesOf(tenant), rules),
  });
}
