import { Button, Skeleton } from "@mantine/core";
import { IconPencil, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { Suspense } from "react";
import { Link, Outlet, useParams } from "react-router";
import { useKey } from "../../api/keys.ts";
import { isStatus } from "../../api/problem.ts";
import type { ApiKey } from "../../api/types.ts";
import { apiKeysTrail, places } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useKeyActions } from "../actions/KeyActions.tsx";
import { StatusBadge } from "../StatusBadge.tsx";
import { KeyTabs } from "./KeyTabs.tsx";
import { NoSuchKey } from "./NoSuchKey.tsx";
import { OpenKeyContext } from "./context.ts";
import classes from "./KeyPage.module.css";

export function KeyPage() {
  const { id = "" } = useParams();
  const { tenant } = useAccount();
  const key = useKey(tenant.id, id);

  if (isStatus(key.error, 404)) return <NoSuchKey />;
  if (key.isError) {
    return (
      <>
        <PageHeader title="API key" crumbs={apiKeysTrail} />
        <ErrorPanel error={key.error} onRetry={() => void key.refetch()} />
      </>
    );
  }
  if (!key.data) return <KeySkeleton />;
  return <Loaded apiKey={key.data} />;
}

function Loaded({ apiKey }: { apiKey: ApiKey }) {
  const { mayWrite } = useAccount();
  const actions = useKeyActions();
  const changeable = mayWrite && apiKey.status !== "revoked";

  return (
    <>
      <PageHeader
        title={apiKey.nickname}
        purpose={<span className="mono">{apiKey.hint}</span>}
        crumbs={apiKeysTrail}
        aside={<StatusBadge apiKey={apiKey} />}
        actions={
          changeable && (
            <>
              <Button
                component={Link}
                to={places.editApiKey(apiKey.id)}
                variant="default"
                leftSection={<IconPencil size={16} aria-hidden />}
              >
                Edit
              </Button>
              {apiKey.status === "disabled" ? (
                <Button
                  leftSection={<IconPlayerPlay size={16} aria-hidden />}
                  onClick={() => actions.start("enable", apiKey)}
                >
                  Enable
                </Button>
              ) : (
                <Button
                  variant="default"
                  leftSection={<IconPlayerPause size={16} aria-hidden />}
                  onClick={() => actions.start("disable", apiKey)}
                >
                  Disable
                </Button>
              )}
            </>
          )
        }
      />
      <KeyTabs id={apiKey.id} />
      <OpenKeyContext value={apiKey}>
        <Suspense fallback={<Skeleton h={240} radius="lg" />}>
          <Outlet />
        </Suspense>
      </OpenKeyContext>
      {actions.dialogs}
    </>
  );
}

function KeySkeleton() {
  return (
    <>
      <PageHeader title="API key" crumbs={apiKeysTrail} purpose={<Skeleton component="span" display="inline-block" h={12} w={160} />} />
      <div className={classes["stack"]} aria-busy="true">
        <Skeleton h={240} radius="lg" />
        <Skeleton h={220} radius="lg" />
      </div>
    </>
  );
}
