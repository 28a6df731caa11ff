import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import { remember } from "./keys.ts";
import type { ApiKey, HandOverState, KeyPolicy, Rotate } from "./types.ts";
import { pollMs } from "./usage.ts";

const handOversOf = (tenant: string, key: string) => ["tenant", tenant, "hand-overs", key] as const;
const policyOf = (tenant: string) => ["tenant", tenant, "key-policy"] as const;

/**
 * Gives a key a new secret. Deliberately not a mutation, whose cache would keep it; see createKey. `secret` is null when
 * it is handed over otherwise.
 */
export async function rotateKey(client: QueryClient, key: ApiKey, body: Rotate): Promise<{ key: ApiKey; secret: string | null }> {
  const path = { tenant: key.tenant_id, id: key.id };
  const { secret = null, ...rotated } = await answered(
    api.POST("/v1/tenants/{tenant}/api-keys/{id}/rotate", { params: { path }, body }),
  );
  remember(client, rotated);
  void client.invalidateQueries({ queryKey: handOversOf(key.tenant_id, key.id) });
  return { key: rotated, secret };
}

/** What ends a rotation, or one of its two secrets. */
export type RotationStep = { step: "finish" | "cancel" } | { step: "revoke"; secret: string };

export function useRotationStep() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, ...what }: { key: ApiKey } & RotationStep) => {
      const path = { tenant: key.tenant_id, id: key.id };
      return what.step === "revoke"
        ? answered(api.POST("/v1/tenants/{tenant}/api-keys/{id}/secrets/{secret}/revoke", { params: { path: { ...path, secret: what.secret } }, body: {} }))
        : answered(api.POST(`/v1/tenants/{tenant}/api-keys/{id}/rotation/${what.step}`, { params: { path }, body: {} }));
    },
    onSuccess: (key) => remember(client, key),
    onSettled: (_key, _error, { key }) => {
      void client.invalidateQueries({ queryKey: handOversOf(key.tenant_id, key.id) });
    },
  });
}

/** Where secrets of a key went, the latest first. What is on its way is asked for again until it has arrived. */
export function useHandOvers(tenant: string, key: string) {
  return useQuery({
    queryKey: handOversOf(tenant, key),
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/tenants/{tenant}/api-keys/{id}/hand-overs", { signal, params: { path: { tenant, id: key } } })),
    select: ({ data }) => data,
    refetchInterval: ({ state }) => (state.data?.data.some((each) => each.status === "pending") ? pollMs : false),
  });
}

export function useWithdraw() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, handOver }: { key: ApiKey; handOver: HandOverState }) =>
      answered(
        api.POST("/v1/tenants/{tenant}/api-keys/{id}/hand-overs/{hand_over}/withdraw", {
          params: { path: { tenant: key.tenant_id, id: key.id, hand_over: handOver.id } },
        }),
      ),
    onSettled: (_done, _error, { key }) => client.invalidateQueries({ queryKey: handOversOf(key.tenant_id, key.id) }),
  });
}

/** Where this tenant's secrets can go; it changes only with the server's configuration. */
export function useHandOverPlaces(tenant: string) {
  return useQuery({
    queryKey: ["tenant", tenant, "hand-over-places"],
    queryFn: ({ signal }) => answered(api.GET("/v1/tenants/{tenant}/hand-over-places", { signal, params: { path: { tenant } } })),
    staleTime: 60_000,
  });
}

export function useKeyPolicy(tenant: string) {
  return useQuery({
    queryKey: policyOf(tenant),
    queryFn: ({ signal }) => answered(api.GET("/v1/tenants/{tenant}/key-policy", { signal, params: { path: { tenant } } })),
    staleTime: 60_000,
  });
}

export function useSetKeyPolicy(tenant: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: KeyPolicy) => answered(api.PUT("/v1/tenants/{tenant}/key-policy", { params: { path: { tenant } }, body })),
    onSuccess: (policy) => client.setQueryData(policyOf(tenant), policy),
  });
}
