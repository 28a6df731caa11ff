import { Skeleton } from "@mantine/core";
import { KeyAlerts } from "../../alerts/KeyAlerts.tsx";
import { useCatalog } from "../../api/catalog.ts";
import { useAccount } from "../../session/context.ts";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { useKeyActions } from "../actions/KeyActions.tsx";
import { SpreadNotice } from "../split/SpreadNotice.tsx";
import { EndKey } from "./EndKey.tsx";
import { KeyReceipt } from "../../nodes/KeyReceipt.tsx";
import { KeyFacts } from "./KeyFacts.tsx";
import { KeyPermissions } from "./KeyPermissions.tsx";
import { RotationNotice } from "./RotationNotice.tsx";
import { StateNotice } from "./StateNotice.tsx";
import { useOpenKey } from "./context.ts";
import classes from "./KeyPage.module.css";

/** What the key may do, what is known of it, and its end. */
export function OverviewTab() {
  const apiKey = useOpenKey();
  const { mayWrite } = useAccount();
  const catalog = useCatalog();
  const actions = useKeyActions();
  return (
    <div className={classes["stack"]}>
      <StateNotice apiKey={apiKey} />
      <KeyReceipt apiKey={apiKey} />
      <RotationNotice apiKey={apiKey} />
      <SpreadNotice apiKey={apiKey} />
      <KeyAlerts apiKey={apiKey} />
      {catalog.isError ? (
        <ErrorPanel error={catalog.error} onRetry={() => void catalog.refetch()} />
      ) : catalog.data ? (
        <KeyPermissions apiKey={apiKey} catalog={catalog.data} />
      ) : (
        <Skeleton h={240} radius="lg" />
      )}
      <KeyFacts apiKey={apiKey} />
      {mayWrite && apiKey.status !== "deleted" && <EndKey apiKey={apiKey} onEnd={(action) => actions.start(action, apiKey)} />}
      {actions.dialogs}
    </div>
  );
}
