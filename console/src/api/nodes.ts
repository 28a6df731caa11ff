import { useQuery } from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import { pollMs } from "./usage.ts";

/** The servers that serve; of the installation, not of a tenant. For owners and admins. */
export function useNodes() {
  return useQuery({
    queryKey: ["nodes"],
    queryFn: ({ signal }) => answered(api.GET("/v1/nodes", { signal })),
    refetchInterval: pollMs,
  });
}
