import { Skeleton, VisuallyHidden } from "@mantine/core";
import { useAlertRules } from "../../api/alerts.ts";
import { settingsTrail } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { RuleForm } from "./RuleForm.tsx";
import classes from "./AlertRulesPage.module.css";

export function AlertRulesPage() {
  const { tenant, mayWrite } = useAccount();
  const rules = useAlertRules(tenant.id);
  return (
    <>
      <PageHeader title="Alert rules" purpose="What is watched for, how strictly, and who is told. They hold for every key." crumbs={settingsTrail} />
      {rules.isError && !rules.data ? (
        <ErrorPanel error={rules.error} onRetry={() => void rules.refetch()} />
      ) : (
        <div className={classes["stack"]}>
          {!mayWrite && <Notice tone="info">You can look at the rules, but not change them.</Notice>}
          {rules.data ? (
            rules.data.rules.map((rule) => <RuleForm key={`${tenant.id} ${rule.rule}`} rule={rule} />)
          ) : (
            <>
              <VisuallyHidden role="status">Loading the rules</VisuallyHidden>
              {[0, 1, 2].map((i) => (
                <Skeleton key={i} h={168} radius="lg" />
              ))}
            </>
          )}
        </div>
      )}
    </>
  );
}
