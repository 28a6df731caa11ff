import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import type { ApiKeyCreate, ApiKeyCreated, RequestForm, RequestLink, RequestLinkCreate, RequestLinkCreated, RequestSubmission } from "./types.ts";

const linksOf = (tenant: string) => ["tenant", tenant, "request-links"] as const;
const oneLink = (tenant: string, id: string) => [...linksOf(tenant), "one", id] as const;

export function useRequestLinks(tenant: string) {
  return useInfiniteQuery({
    queryKey: [...linksOf(tenant), "list"],
    queryFn: ({ signal, pageParam }) =>
      answered(
        api.GET("/v1/tenants/{tenant}/request-links", {
          signal,
          params: { path: { tenant }, query: { limit: 50, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    // Strangers send when they like.
    refetchInterval: 30_000,
  });
}

export function useRequestLink(tenant: string, id: string) {
  return useQuery({
    queryKey: oneLink(tenant, id),
    queryFn: ({ signal }) =>
      answered(api.GET("/v1/tenants/{tenant}/request-links/{request_link}", { signal, params: { path: { tenant, request_link: id } } })),
  });
}

function forget(client: QueryClient, tenant: string): void {
  void client.invalidateQueries({ queryKey: linksOf(tenant) });
}

/** Deliberately not a mutation, whose cache would keep the link's token; see createKey. */
export async function createRequestLink(client: QueryClient, tenant: string, body: RequestLinkCreate): Promise<RequestLinkCreated> {
  const made = await answered(api.POST("/v1/tenants/{tenant}/request-links", { params: { path: { tenant } }, body }));
  forget(client, tenant);
  return made;
}

export function useEndRequestLink(tenant: string, how: "withdraw" | "decline") {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string): Promise<RequestLink> => {
      const params = { path: { tenant, request_link: id } };
      return answered(
        how === "withdraw"
          ? api.POST("/v1/tenants/{tenant}/request-links/{request_link}/withdraw", { params })
          : api.POST("/v1/tenants/{tenant}/request-links/{request_link}/decline", { params }),
      );
    },
    onSettled: () => forget(client, tenant),
  });
}

/** Deliberately not a mutation either: the answer may hold the key's secret. */
export async function activateRequest(client: QueryClient, tenant: string, id: string, body: ApiKeyCreate): Promise<ApiKeyCreated> {
  const made = await answered(
    api.POST("/v1/tenants/{tenant}/request-links/{request_link}/activate", { params: { path: { tenant, request_link: id } }, body }),
  );
  forget(client, tenant);
  void client.invalidateQueries({ queryKey: ["tenant", tenant, "api-keys"] });
  return made;
}

const at = (id: string, token: string) => ({ path: { request_link: id }, header: { "Request-Link-Token": token } });

/** What a stranger sees of a link. The token is part of no query's name. */
export function useRequestForm(id: string, token: string) {
  return useQuery({
    queryKey: ["request-form", id],
    queryFn: ({ signal }): Promise<RequestForm> => answered(api.GET("/v1/request-links/{request_link}", { signal, params: at(id, token) })),
    enabled: token !== "",
    // The form must not change under the hands of whoever fills it in.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

export function submitRequest(id: string, token: string, body: RequestSubmission): Promise<RequestForm> {
  return answered(api.POST("/v1/request-links/{request_link}/submit", { params: at(id, token), body }));
}
