import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem.ts";

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // The server's own verdict won't change by asking again; a lost connection or an overload may.
        retry: (failures, error) => failures < 2 && !(error instanceof ApiProblem && error.status < 500),
      },
      mutations: { retry: false },
    },
  });
}
