import { keepPreviousData, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import type { ApiKey, SomeRestrictions } from "./types.ts";

const leastOf = (key: Pick<ApiKey, "tenant_id" | "id">) => ["tenant", key.tenant_id, "least-privilege", key.id] as const;

/** What a key may do against what it did. With a trial running, read again and again: its counts grow. */
export function useLeastPrivilege(key: ApiKey, days: number) {
  return useQuery({
    queryKey: [...leastOf(key), days],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/v1/tenants/{tenant}/api-keys/{id}/least-privilege", {
          signal,
          params: { path: { tenant: key.tenant_id, id: key.id }, query: { days } },
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.trial ? 10_000 : false),
  });
}

function forget(client: QueryClient, key: ApiKey): Promise<void> {
  return client.invalidateQueries({ queryKey: leastOf(key) });
}

export function useStartTrial() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, restrictions }: { key: ApiKey; restrictions: SomeRestrictions }) =>
      answered(api.PUT("/v1/tenants/{tenant}/api-keys/{id}/trial", { params: { path: { tenant: key.tenant_id, id: key.id } }, body: { restrictions } })),
    onSettled: (_trial, _error, { key }) => forget(client, key),
  });
}

export function useEndTrial() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: ApiKey) =>
      answered(api.DELETE("/v1/tenants/{tenant}/api-keys/{id}/trial", { params: { path: { tenant: key.tenant_id, id: key.id } } })),
    onSettled: (_nothing, _error, key) => forget(client, key),
  });
}
