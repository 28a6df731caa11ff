import {
  keepPreviousData,
  queryOptions,
  skipToken,
  useMutation,
  useQuery,
  useQueryClient,
  type QueryClient,
} from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import type { ApiKey, ApiKeyCreate, ApiKeyCreated, ApiKeyUpdate, KeyStatus, Receipt } from "./types.ts";
import { pollMs } from "./usage.ts";

export type KeySort = "created_at" | "-created_at" | "nickname" | "-nickname";

export interface KeyFilters {
  q: string;
  status: KeyStatus | null;
  accessType: string | null;
  sort: KeySort;
  cursor: string | null;
  limit: number;
}

const keysOf = (tenant: string) => ["tenant", tenant, "api-keys"] as const;
const oneKey = (tenant: string, id: string) => [...keysOf(tenant), "one", id] as const;

export const etag = (key: ApiKey) => `"${String(key.version)}"`;

export function useKeys(tenant: string, filters: KeyFilters) {
  return useQuery({
    queryKey: [...keysOf(tenant), "list", filters],
    queryFn: ({ signal }) =>
      answered(
        api.GET("/v1/tenants/{tenant}/api-keys", {
          signal,
          params: {
            path: { tenant },
            query: {
              limit: filters.limit,
              sort: filters.sort,
              ...(filters.q ? { q: filters.q } : {}),
              ...(filters.status ? { status: filters.status } : {}),
              ...(filters.accessType ? { access_type: filters.accessType } : {}),
              ...(filters.cursor ? { cursor: filters.cursor } : {}),
            },
          },
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

function keyQuery(tenant: string, id: string) {
  return queryOptions({
    queryKey: oneKey(tenant, id),
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/tenants/{tenant}/api-keys/{id}", { signal, params: { path: { tenant, id } } })),
  });
}

/** `live`: asked again every few seconds, for as long as the page is visible. */
export function useKey(tenant: string, id: string, { live = false, enabled = true } = {}) {
  return useQuery({ ...keyQuery(tenant, id), refetchInterval: live ? pollMs : false, enabled });
}

/** The keys that already carry this nickname; asked while it is typed. */
export function useNicknameTwins(tenant: string, nickname: string) {
  return useQuery({
    queryKey: [...keysOf(tenant), "nickname", nickname],
    queryFn: async ({ signal }) => {
      const page = await answered(
        api.GET("/v1/tenants/{tenant}/api-keys", { signal, params: { path: { tenant }, query: { nickname, limit: 5 } } }),
      );
      return page.data;
    },
    enabled: nickname !== "",
  });
}

const receiptOf = (tenant: string, id: string) => ["tenant", tenant, "receipts", id] as const;

/** The receipt of what was last forbidden to this key here, if that was moments ago. */
export function useLastReceipt(tenant: string, id: string): Receipt | undefined {
  return useQuery<Receipt>({ queryKey: receiptOf(tenant, id), queryFn: skipToken, staleTime: Infinity }).data;
}

/** Takes what the server says of a key for what is known of it. Never with a secret: this is a cache. */
export function remember(client: QueryClient, key: ApiKey): void {
  client.setQueryData(oneKey(key.tenant_id, key.id), key);
  forgetLists(client, key.tenant_id, key.id);
}

function forgetLists(client: QueryClient, tenant: string, exceptKey?: string): void {
  void client.invalidateQueries({
    queryKey: keysOf(tenant),
    predicate: (query) => exceptKey === undefined || query.queryKey[4] !== exceptKey,
  });
}

/**
 * Makes a key. Deliberately not a mutation: the mutation cache would keep the secret after the page that shows it has
 * gone. `secret` is missing when this idempotency key had made the key before and the first answer got lost.
 */
export async function createKey(
  client: QueryClient,
  tenant: string,
  body: ApiKeyCreate,
  idempotencyKey: string,
): Promise<ApiKey | ApiKeyCreated> {
  const key = await answered<ApiKey | ApiKeyCreated>(
    api.POST("/v1/tenants/{tenant}/api-keys", {
      params: { path: { tenant }, header: { "Idempotency-Key": idempotencyKey } },
      body,
    }),
  );
  forgetLists(client, tenant);
  return key;
}

export function useUpdateKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, change }: { key: ApiKey; change: ApiKeyUpdate }) =>
      answered(
        api.PATCH("/v1/tenants/{tenant}/api-keys/{id}", {
          params: { path: { tenant: key.tenant_id, id: key.id }, header: { "If-Match": etag(key) } },
          body: change,
        }),
      ),
    onSuccess: (key) => remember(client, key),
  });
}

export type KeyAction = "disable" | "enable" | "revoke" | "delete" | "restore";

// What forbids is waited for on all nodes, so that the page can say where it holds.
const waitedFor = new Set<KeyAction>(["disable", "revoke", "delete"]);

function act(key: ApiKey, action: KeyAction, nickname?: string): Promise<ApiKey> {
  // No If-Match: ending a key must not fail because someone renamed it a moment ago.
  const path = { tenant: key.tenant_id, id: key.id };
  const confirmed = nickname === undefined ? {} : { nickname };
  const query = waitedFor.has(action) ? ({ wait: "all" } as const) : {};
  if (action === "delete") return answered(api.DELETE("/v1/tenants/{tenant}/api-keys/{id}", { params: { path, query: { ...confirmed, ...query } } }));
  return answered(api.POST(`/v1/tenants/{tenant}/api-keys/{id}/${action}`, { params: { path, query }, body: confirmed }));
}

export function useKeyAction() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ key, action, nickname }: { key: ApiKey; action: KeyAction; nickname?: string }) => act(key, action, nickname),
    onSuccess: (key) => {
      if (key.receipt) client.setQueryData(receiptOf(key.tenant_id, key.id), key.receipt);
      else client.removeQueries({ queryKey: receiptOf(key.tenant_id, key.id) });
      remember(client, key);
    },
    onError: (_error, { key }) => forgetLists(client, key.tenant_id),
  });
}

/** Makes the restriction on trial the key's own. Refused with 412 if the key has changed since it was read. */
export function useApplyTrial() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (key: ApiKey) =>
      answered(
        api.POST("/v1/tenants/{tenant}/api-keys/{id}/trial/apply", {
          params: { path: { tenant: key.tenant_id, id: key.id }, header: { "If-Match": etag(key) } },
        }),
      ),
    onSuccess: (key) => remember(client, key),
    onSettled: (_key, _error, { tenant_id: tenant, id }) => client.invalidateQueries({ queryKey: ["tenant", tenant, "least-privilege", id] }),
  });
}

/** Reads the key anew, for after somebody else changed it. */
export function useRefreshKey() {
  const client = useQueryClient();
  return (tenant: string, id: string) => client.query({ ...keyQuery(tenant, id), staleTime: 0 });
}
