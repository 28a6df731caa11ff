import { createContext, useContext } from "react";
import type { ApiKey } from "../../api/types.ts";

export const OpenKeyContext = createContext<ApiKey | null>(null);

/** The key whose page is open. Only below KeyPage. */
export function useOpenKey(): ApiKey {
  const key = useContext(OpenKeyContext);
  if (!key) throw new Error("useOpenKey outside KeyPage");
  return key;
}

export type Reveal = (key: ApiKey, secret: string) => void;

export const RevealContext = createContext<Reveal | null>(null);

/** Shows a new secret of the open key in place of its page. Only below KeyPage, which holds the secret. */
export function useReveal(): Reveal {
  const reveal = useContext(RevealContext);
  if (!reveal) throw new Error("useReveal outside KeyPage");
  return reveal;
}
