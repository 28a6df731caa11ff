import { createContext, useContext } from "react";
import type { ApiKey } from "../../api/types.ts";

export const OpenKeyContext = createContext<ApiKey | null>(null);

/** The key whose page is open. Only below KeyPage. */
export function useOpenKey(): ApiKey {
  const key = useContext(OpenKeyContext);
  if (!key) throw new Error("useOpenKey outside KeyPage");
  return key;
}
