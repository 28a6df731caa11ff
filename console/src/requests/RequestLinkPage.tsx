import { Button, Skeleton, Text, VisuallyHidden } from "@mantine/core";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { useCatalog } from "../api/catalog.ts";
import { isStatus } from "../api/problem.ts";
import { useRequestLink } from "../api/requests.ts";
import type { ApiKey, RequestLink } from "../api/types.ts";
import { HandedOver } from "../keys/new/HandedOver.tsx";
import { RevealPage } from "../keys/reveal/RevealPage.tsx";
import { places, requestLinksTrail } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { StateDot } from "../ui/StateDot.tsx";
import { Draft } from "./Draft.tsx";
import { EndLink } from "./EndLink.tsx";
import { LinkOutcome } from "./LinkOutcome.tsx";
import { WhoAsks } from "./WhoAsks.tsx";
import { linkTitle, statusViews } from "./words.ts";
import classes from "./RequestLinkPage.module.css";

/** One request link: what a third party asks for with it, as the draft of a key, and what came of it. */
export function RequestLinkPage() {
  const { id = "" } = useParams();
  const { tenant } = useAccount();
  const link = useRequestLink(tenant.id, id);
  const catalog = useCatalog();
  const navigate = useNavigate();
  // The only place that holds the secret, if it is shown. It goes when this page goes.
  const [made, setMade] = useState<{ key: ApiKey; secret: string | null } | null>(null);

  if (made) {
    if (made.secret === null) return <HandedOver apiKey={made.key} />;
    return <RevealPage apiKey={made.key} secret={made.secret} catalog={catalog.data} onDone={() => void navigate(places.apiKey(made.key.id), { replace: true })} />;
  }
  if (isStatus(link.error, 404)) return <NoSuchLink />;
  if (link.isError && !link.data) return <ErrorPanel error={link.error} onRetry={() => void link.refetch()} />;
  if (!link.data) {
    return (
      <>
        <VisuallyHidden role="status">Loading the request link</VisuallyHidden>
        <Skeleton h={220} radius="lg" />
      </>
    );
  }
  return <Found link={link.data} onMade={(key, secret) => setMade({ key, secret })} />;
}

function Found({ link, onMade }: { link: RequestLink; onMade: (key: ApiKey, secret: string | null) => void }) {
  const { mayWrite } = useAccount();
  const { label, tone } = statusViews[link.status];
  return (
    <>
      <PageHeader
        title={linkTitle(link)}
        purpose={link.status === "submitted" ? "What a third party asks for. Take out what they don’t need, then activate the key." : undefined}
        crumbs={requestLinksTrail}
        aside={<StateDot tone={tone}>{label}</StateDot>}
      />
      <div className={classes["stack"]}>
        <LinkOutcome link={link} />
        {link.asked && <WhoAsks link={link} asked={link.asked} />}
        {link.status === "submitted" && link.asked && mayWrite && <Draft link={link} asked={link.asked} onMade={onMade} />}
        {mayWrite && (link.status === "open" || link.status === "submitted") && <EndLink link={link} />}
      </div>
    </>
  );
}

function NoSuchLink() {
  const { tenant } = useAccount();
  return (
    <>
      <PageHeader title="No such request link" crumbs={requestLinksTrail} />
      <Text mb="md">{tenant.name} has no request link with this id. It may have ended so long ago that it was forgotten.</Text>
      <Button component={Link} to={places.requestLinks} variant="default">
        See all request links
      </Button>
    </>
  );
}
