import { useQuery } from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import { pollMs, type UsageScope } from "./usage.ts";

/** How limits and quotas stand now. A key's include its tenant's. */
export function useLimits({ tenant, key }: UsageScope, live: boolean) {
  return useQuery({
    queryKey: ["tenant", tenant, "limits", key ?? "all"],
    queryFn: ({ signal }) =>
      key === null
        ? answered(api.GET("/v1/tenants/{tenant}/limits", { signal, params: { path: { tenant } } }))
        : answered(api.GET("/v1/tenants/{tenant}/api-keys/{id}/limits", { signal, params: { path: { tenant, id: key } } })),
    refetchInterval: live ? pollMs : false,
  });
}
