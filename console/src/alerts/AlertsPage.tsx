import { Button, Group, SegmentedControl, Skeleton, VisuallyHidden } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { Link } from "react-router";
import { useAlerts } from "../api/alerts.ts";
import { useKey } from "../api/keys.ts";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { AlertList } from "./AlertList.tsx";
import { NoAlerts } from "./NoAlerts.tsx";
import { alertStatuses, useAlertState, type AlertState } from "./alert-state.ts";
import classes from "./AlertsPage.module.css";

export function AlertsPage() {
  const { tenant } = useAccount();
  const state = useAlertState();
  const alerts = useAlerts(tenant.id, state.filters);
  const { data } = alerts;

  const content = () => {
    if (alerts.isError) return <ErrorPanel error={alerts.error} onRetry={() => void alerts.refetch()} />;
    if (!data) return <AlertsSkeleton />;
    if (data.data.length === 0) return <NoAlerts status={state.filters.status} />;
    return <AlertList alerts={data.data} />;
  };

  return (
    <>
      <PageHeader
        title="Alerts"
        purpose="What was noticed about the keys, until somebody acknowledges it."
        crumbs={[]}
        actions={
          <Button component={Link} to={places.alertRules} variant="default">
            Alert rules
          </Button>
        }
      />
      <div className={classes["bar"]} role="search" aria-label="Alerts">
        <SegmentedControl
          size="xs"
          className={classes["filter"] ?? ""}
          aria-label="Status"
          value={state.filters.status}
          onChange={(status) => state.change({ status })}
          data={alertStatuses.map(({ value, label }) => ({ value, label: value === "open" && data ? `${label} ${String(data.open)}` : label }))}
          transitionDuration={0}
        />
        {state.filters.key !== null && <KeyFilter id={state.filters.key} onClear={() => state.change({ key: null })} />}
      </div>
      <div className={alerts.isPlaceholderData ? classes["stale"] : undefined} aria-busy={alerts.isFetching}>
        {content()}
      </div>
      {data && <Pages state={state} next={data.next_cursor} />}
    </>
  );
}

function KeyFilter({ id, onClear }: { id: string; onClear: () => void }) {
  const { tenant } = useAccount();
  const name = useKey(tenant.id, id).data?.nickname ?? "one key";
  return (
    <Button variant="default" size="xs" rightSection={<IconX size={14} aria-hidden />} onClick={onClear} aria-label={`Only ${name}. Show the alerts of every key`}>
      Only {name}
    </Button>
  );
}

function Pages({ state, next }: { state: AlertState; next: string | null }) {
  const { cursor } = state.filters;
  if (cursor === null && next === null) return null;
  return (
    <Group component="nav" justify="flex-end" gap="xs" mt="sm" aria-label="Pages">
      <Button variant="default" size="xs" disabled={cursor === null} onClick={() => state.go(null)}>
        Newest
      </Button>
      <Button variant="default" size="xs" disabled={next === null} onClick={() => state.go(next)}>
        Older
      </Button>
    </Group>
  );
}

function AlertsSkeleton() {
  return (
    <div>
      <VisuallyHidden role="status">Loading the alerts</VisuallyHidden>
      {[0, 1, 2].map((i) => (
        <Skeleton key={i} h={132} mb={8} radius="lg" />
      ))}
    </div>
  );
}
