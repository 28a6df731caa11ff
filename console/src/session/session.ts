import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { answered, api, setCsrfToken } from "../api/client.ts";
import { isStatus } from "../api/problem.ts";
import type { Session } from "../api/types.ts";
import { places } from "../places.ts";

const sessionKey = ["session"] as const;

/** Who is signed in; `null` when nobody is. */
export function useSessionQuery() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async ({ signal }): Promise<Session | null> => {
      try {
        const session = await answered(api.GET("/v1/session", { signal }));
        setCsrfToken(session.csrf_token);
        return session;
      } catch (error) {
        if (isStatus(error, 401)) return null;
        throw error;
      }
    },
    // Asked once a page load. That it has ended shows in the answer to any other request, and must not tear down the
    // page that someone is working on.
    staleTime: Infinity,
    gcTime: Infinity,
  });
}

function adopt(client: QueryClient, session: Session): void {
  setCsrfToken(session.csrf_token);
  client.setQueryData(sessionKey, session);
}

export function useSignIn() {
  const client = useQueryClient();
  return useCallback(
    async (email: string, password: string): Promise<Session> => {
      const session = await answered(api.POST("/v1/login", { body: { email, password } }));
      adopt(client, session);
      return session;
    },
    [client],
  );
}

/** Ends the session on the server, then loads the sign-in anew, so that nothing read with it stays in memory. */
export function useSignOut() {
  return useCallback(async (): Promise<void> => {
    try {
      await answered(api.POST("/v1/logout"));
    } catch (error) {
      // Already ended: that is what was asked for.
      if (!isStatus(error, 401)) throw error;
    }
    window.location.assign(places.login);
  }, []);
}
