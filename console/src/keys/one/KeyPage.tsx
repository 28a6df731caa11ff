import { Button, Skeleton } from "@mantine/core";
import { IconArrowBackUp, IconPencil, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { Link, Outlet, useLocation, useNavigate, useParams } from "react-router";
import { useCatalog } from "../../api/catalog.ts";
import { useKey } from "../../api/keys.ts";
import { isStatus } from "../../api/problem.ts";
import type { ApiKey } from "../../api/types.ts";
import { apiKeysTrail, places } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { useKeyActions } from "../actions/KeyActions.tsx";
import { RevealPage } from "../reveal/RevealPage.tsx";
import { StatusBadge } from "../StatusBadge.tsx";
import { KeyTabs } from "./KeyTabs.tsx";
import { NoSuchKey } from "./NoSuchKey.tsx";
import { OpenKeyContext, RevealContext } from "./context.ts";
import classes from "./KeyPage.module.css";

export function KeyPage() {
  const { id = "" } = useParams();
  return <OneKey key={id} id={id} />;
}

interface Revealed {
  key: ApiKey;
  secret: string;
  /** The history entry that shows it. */
  at: string;
}

function OneKey({ id }: { id: string }) {
  const { tenant } = useAccount();
  const key = useKey(tenant.id, id);
  const catalog = useCatalog();
  const navigate = useNavigate();
  const here = useLocation().key;
  // The only place that holds the secret of a rotation. It goes when this page goes, or leads elsewhere.
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  if (revealed !== null && revealed.at !== here) setRevealed(null);

  // Before anything that a failed request could put in its place.
  if (revealed?.at === here) {
    const done = () => {
      setRevealed(null);
      void navigate(places.apiKeyRotation(id), { replace: true });
    };
    return <RevealPage apiKey={revealed.key} secret={revealed.secret} catalog={catalog.data} renewed onDone={done} />;
  }
  if (isStatus(key.error, 404)) return <NoSuchKey />;
  if (key.isError && !key.data) {
    return (
      <>
        <PageHeader title="API key" crumbs={apiKeysTrail} />
        <ErrorPanel error={key.error} onRetry={() => void key.refetch()} />
      </>
    );
  }
  if (!key.data) return <KeySkeleton />;
  return (
    <RevealContext value={(changed, secret) => setRevealed({ key: changed, secret, at: here })}>
      <Loaded apiKey={key.data} />
    </RevealContext>
  );
}

function Loaded({ apiKey }: { apiKey: ApiKey }) {
  const { mayWrite } = useAccount();
  const actions = useKeyActions();
  const changeable = mayWrite && apiKey.status !== "revoked" && apiKey.status !== "deleted";

  return (
    <>
      <PageHeader
        title={apiKey.nickname}
        purpose={<span className="mono">{apiKey.hint}</span>}
        crumbs={apiKeysTrail}
        aside={<StatusBadge apiKey={apiKey} />}
        actions={
          mayWrite && apiKey.status === "deleted" ? (
            <Button leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={() => actions.start("restore", apiKey)}>
              Restore
            </Button>
          ) : changeable && (
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
