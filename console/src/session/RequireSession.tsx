import { Navigate, Outlet, useLocation } from "react-router";
import { useState } from "react";
import type { Session } from "../api/types.ts";
import { FrameSkeleton } from "../frame/FrameSkeleton.tsx";
import { places } from "../places.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { AccountContext } from "./context.ts";
import { ResumeDialog } from "./ResumeDialog.tsx";
import { useSessionQuery } from "./session.ts";

const storageKey = "latchkey-tenant";

function lastTenant(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

/** Lets signed-in people through; sends others to the sign-in, which brings them back here. */
export function RequireSession() {
  const session = useSessionQuery();
  const location = useLocation();

  if (session.isPending) return <FrameSkeleton />;
  if (session.isError) {
    return (
      <main>
        <ErrorPanel error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  if (session.data === null) {
    const here = location.pathname + location.search;
    const from = here === "/" || here === places.apiKeys ? "" : `?next=${encodeURIComponent(here)}`;
    return <Navigate to={places.login + from} replace />;
  }
  return <SignedIn session={session.data} />;
}

function SignedIn({ session }: { session: Session }) {
  const [tenantId, setTenantId] = useState(lastTenant);
  const tenant = session.tenants.find((each) => each.id === tenantId) ?? session.tenants[0];

  const selectTenant = (id: string) => {
    setTenantId(id);
    try {
      localStorage.setItem(storageKey, id);
    } catch {
      // Storage is blocked: the choice holds until the page is left.
    }
  };

  if (!tenant) {
    return (
      <main>
        <ErrorPanel error={new Error("no tenant")} />
      </main>
    );
  }
  const mayWrite = session.user.role !== "viewer";
  return (
    <AccountContext value={{ session, tenant, selectTenant, mayWrite }}>
      <Outlet />
      <ResumeDialog email={session.user.email} />
    </AccountContext>
  );
}
