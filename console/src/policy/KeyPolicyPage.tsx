import { Skeleton } from "@mantine/core";
import { useKeyPolicy } from "../api/rotation.ts";
import { securityTrail } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Notice } from "../ui/Notice.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { PolicyForm } from "./PolicyForm.tsx";
import classes from "./KeyPolicyPage.module.css";

export function KeyPolicyPage() {
  const { tenant, session } = useAccount();
  const policy = useKeyPolicy(tenant.id);
  // The server lets owners set it, and nobody else who signs in.
  const mayChange = session.user.role === "owner";
  return (
    <>
      <PageHeader title="Key policy" purpose={`How long keys of ${tenant.name} and their secrets live, and what happens when one leaks.`} crumbs={securityTrail} />
      {policy.isError && !policy.data ? (
        <ErrorPanel error={policy.error} onRetry={() => void policy.refetch()} />
      ) : (
        <div className={classes["stack"]}>
          {!mayChange && <Notice tone="info">You can look at the policy. Owners of the account can change it.</Notice>}
          {policy.data ? <PolicyForm key={tenant.id} tenant={tenant.id} policy={policy.data} mayChange={mayChange} /> : [0, 1, 2].map((i) => <Skeleton key={i} h={190} radius="lg" />)}
        </div>
      )}
    </>
  );
}
