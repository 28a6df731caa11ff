import { useQuery } from "@tanstack/react-query";
import { answered, api } from "./client.ts";

/** What a link holds, and whether it can still be opened. Asking does not open it. */
export function useCollect(handOver: string) {
  return useQuery({
    queryKey: ["collect", handOver],
    queryFn: ({ signal }) => answered(api.GET("/v1/hand-overs/{hand_over}", { signal, params: { path: { hand_over: handOver } } })),
  });
}

/** Opens a link, which works once. Deliberately not a mutation, whose cache would keep the box; see createKey. */
export async function openHandOver(handOver: string, proof: string): Promise<string> {
  const { box } = await answered(
    api.POST("/v1/hand-overs/{hand_over}/open", { params: { path: { hand_over: handOver } }, body: { proof } }),
  );
  return box;
}
