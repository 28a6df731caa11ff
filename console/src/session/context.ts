import { createContext, useContext } from "react";
import type { Session, Tenant } from "../api/types.ts";

export interface Account {
  session: Session;
  tenant: Tenant;
  selectTenant: (id: string) => void;
  /** Viewers read; the server refuses their writes, and the console doesn't offer them. */
  mayWrite: boolean;
}

export const AccountContext = createContext<Account | null>(null);

/** The signed-in person and the tenant they look at. Only below RequireSession. */
export function useAccount(): Account {
  const account = useContext(AccountContext);
  if (!account) throw new Error("useAccount outside RequireSession");
  return account;
}
