import { useRouteError } from "react-router";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";

export function CrashPage() {
  return (
    <main>
      <ErrorPanel error={useRouteError()} onRetry={() => window.location.reload()} />
    </main>
  );
}
