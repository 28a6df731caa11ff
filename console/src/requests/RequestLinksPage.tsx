import { Button, Skeleton, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import { useRequestLinks } from "../api/requests.ts";
import type { RequestLink } from "../api/types.ts";
import { places, settingsTrail } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { StateDot } from "../ui/StateDot.tsx";
import { Time } from "../ui/Time.tsx";
import { NewLinkDialog } from "./NewLinkDialog.tsx";
import { askerWords, linkTitle, statusViews } from "./words.ts";
import classes from "./RequestLinksPage.module.css";

export function RequestLinksPage() {
  const { tenant, mayWrite } = useAccount();
  const links = useRequestLinks(tenant.id);
  const [making, setMaking] = useState(false);
  const all = links.data?.pages.flatMap((page) => page.data);

  const content = () => {
    if (links.isError && !all) return <ErrorPanel error={links.error} onRetry={() => void links.refetch()} />;
    if (!all) {
      return (
        <>
          <VisuallyHidden role="status">Loading the request links</VisuallyHidden>
          <Skeleton h={140} radius="lg" />
        </>
      );
    }
    if (all.length === 0) return <NoLinks mayWrite={mayWrite} onMake={() => setMaking(true)} />;
    // What waits for somebody comes first, then as they were made.
    const waiting = all.filter((link) => link.status === "submitted");
    const others = all.filter((link) => link.status !== "submitted");
    return (
      <>
        <ul className={classes["list"]} aria-label="Request links">
          {[...waiting, ...others].map((link) => (
            <Item key={link.id} link={link} />
          ))}
        </ul>
        {links.hasNextPage && (
          <Button variant="default" mt="md" loading={links.isFetchingNextPage} onClick={() => void links.fetchNextPage()}>
            Show older ones
          </Button>
        )}
      </>
    );
  };

  return (
    <>
      <PageHeader
        title="Request links"
        purpose="Third parties say what they need, without an account; you decide what they get."
        crumbs={settingsTrail}
        actions={mayWrite && all && all.length > 0 && <Button onClick={() => setMaking(true)}>+ New request link</Button>}
      />
      {content()}
      <NewLinkDialog opened={making} onClose={() => setMaking(false)} />
    </>
  );
}

function Item({ link }: { link: RequestLink }) {
  const { label, tone } = statusViews[link.status];
  return (
    <li className={classes["item"]} data-waits={link.status === "submitted" || undefined}>
      <div>
        <Link to={places.requestLink(link.id)} className={classes["link"]}>
          {linkTitle(link)}
        </Link>
        <div className={classes["quiet"]}>
          {link.asked ? (
            <>
              {askerWords(link.asked)} · {link.asked.contact_email}
            </>
          ) : (
            <>Made by {link.created_by.name}</>
          )}
        </div>
      </div>
      <div>
        <StateDot tone={tone}>{label}</StateDot>
        <div className={classes["quiet"]}>
          <When link={link} />
        </div>
      </div>
    </li>
  );
}

function When({ link }: { link: RequestLink }) {
  switch (link.status) {
    case "open":
      return (
        <>
          Expires <Time at={link.expires_at} />
        </>
      );
    case "expired":
      return <Time at={link.expires_at} />;
    case "submitted":
      return (
        <>
          Sent <Time at={link.submitted_at ?? link.created_at} />
        </>
      );
    case "activated":
    case "declined":
    case "withdrawn":
      return (
        <>
          <Time at={link.ended_at ?? link.created_at} />
          {link.ended_by && <> by {link.ended_by.name}</>}
        </>
      );
  }
}

function NoLinks({ mayWrite, onMake }: { mayWrite: boolean; onMake: () => void }) {
  return (
    <div className={classes["empty"]}>
      <IconSend size={30} stroke={1.5} aria-hidden />
      <Title order={2}>No request links yet</Title>
      <Text c="dimmed" maw={490}>
        Send one to a partner who needs access. They fill in who they are and what their application must do; you see it as a
        draft of a key, take out what they don’t need, and activate it. The key goes straight to their contact, and nobody has
        to mail it around.
      </Text>
      {mayWrite ? <Button onClick={onMake}>Make your first request link</Button> : <Text>Ask an admin of your account to make one.</Text>}
    </div>
  );
}
