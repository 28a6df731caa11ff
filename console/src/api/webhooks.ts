import { keepPreviousData, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import type { Webhook, WebhookCreate, WebhookCreated, WebhookUpdate } from "./types.ts";

const webhooksOf = (tenant: string) => ["tenant", tenant, "webhooks"] as const;
const oneWebhook = (tenant: string, id: string) => [...webhooksOf(tenant), "one", id] as const;
const deliveriesOf = (tenant: string, id: string) => [...webhooksOf(tenant), "deliveries", id] as const;

export function useWebhooks(tenant: string) {
  return useQuery({
    queryKey: [...webhooksOf(tenant), "list"],
    queryFn: ({ signal }) => answered(api.GET("/v1/tenants/{tenant}/webhooks", { signal, params: { path: { tenant } } })),
    select: ({ data }) => data,
  });
}

export function useWebhook(tenant: string, id: string) {
  return useQuery({
    queryKey: oneWebhook(tenant, id),
    queryFn: ({ signal }) => answered(api.GET("/v1/tenants/{tenant}/webhooks/{id}", { signal, params: { path: { tenant, id } } })),
  });
}

function forget(client: QueryClient, tenant: string): void {
  void client.invalidateQueries({ queryKey: webhooksOf(tenant) });
}

/** Deliberately not a mutation, whose cache would keep the secret; see createKey. */
export async function createWebhook(client: QueryClient, tenant: string, body: WebhookCreate): Promise<WebhookCreated> {
  const made = await answered(api.POST("/v1/tenants/{tenant}/webhooks", { params: { path: { tenant } }, body }));
  forget(client, tenant);
  return made;
}

/** Deliberately not a mutation either. */
export async function rotateWebhookSecret(client: QueryClient, tenant: string, id: string): Promise<WebhookCreated> {
  const changed = await answered(api.POST("/v1/tenants/{tenant}/webhooks/{id}/rotate-secret", { params: { path: { tenant, id } } }));
  forget(client, tenant);
  return changed;
}

export function useUpdateWebhook(tenant: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: WebhookUpdate }): Promise<Webhook> =>
      answered(api.PATCH("/v1/tenants/{tenant}/webhooks/{id}", { params: { path: { tenant, id } }, body: change })),
    onSettled: () => forget(client, tenant),
  });
}

export function useDeleteWebhook(tenant: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answered(api.DELETE("/v1/tenants/{tenant}/webhooks/{id}", { params: { path: { tenant, id } } })),
    onSuccess: (_nothing, id) => {
      client.removeQueries({ queryKey: oneWebhook(tenant, id) });
      void client.invalidateQueries({ queryKey: [...webhooksOf(tenant), "list"] });
    },
  });
}

export function useTestWebhook(tenant: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => answered(api.POST("/v1/tenants/{tenant}/webhooks/{id}/test", { params: { path: { tenant, id } } })),
    onSettled: () => forget(client, tenant),
  });
}

export function useDeliveries(tenant: string, id: string, cursor: string | null) {
  return useQuery({
    queryKey: [...deliveriesOf(tenant, id), cursor],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/v1/tenants/{tenant}/webhooks/{id}/deliveries", {
          signal,
          params: { path: { tenant, id }, query: { limit: 20, ...(cursor === null ? {} : { cursor }) } },
        }),
      ),
    placeholderData: keepPreviousData,
    // What is on its way arrives, or fails, while one looks.
    refetchInterval: ({ state }) => (state.data?.data.some((each) => each.status === "pending") ? 3_000 : 30_000),
  });
}

export function useReplay(tenant: string, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (delivery: string) =>
      answered(api.POST("/v1/tenants/{tenant}/webhooks/{id}/deliveries/{delivery}/replay", { params: { path: { tenant, id, delivery } } })),
    onSettled: () => forget(client, tenant),
  });
}
