import { Button, Skeleton, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconWebhook } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router";
import type { Webhook } from "../api/types.ts";
import { useWebhooks } from "../api/webhooks.ts";
import { integrationsTrail, places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Time } from "../ui/Time.tsx";
import { NewWebhookDialog } from "./NewWebhookDialog.tsx";
import { WebhookStatus } from "./WebhookStatus.tsx";
import { eventWords } from "./words.ts";
import classes from "./WebhooksPage.module.css";

export function WebhooksPage() {
  const { tenant, mayWrite } = useAccount();
  const webhooks = useWebhooks(tenant.id);
  const [adding, setAdding] = useState(false);
  const add = mayWrite && <Button onClick={() => setAdding(true)}>+ Add webhook</Button>;

  const content = () => {
    if (webhooks.isError && !webhooks.data) return <ErrorPanel error={webhooks.error} onRetry={() => void webhooks.refetch()} />;
    if (!webhooks.data) {
      return (
        <>
          <VisuallyHidden role="status">Loading the webhooks</VisuallyHidden>
          <Skeleton h={140} radius="lg" />
        </>
      );
    }
    if (webhooks.data.length === 0) return <NoWebhooks mayWrite={mayWrite} onAdd={() => setAdding(true)} />;
    return (
      <ul className={classes["list"]} aria-label="Webhooks">
        {webhooks.data.map((webhook) => (
          <Item key={webhook.id} webhook={webhook} />
        ))}
      </ul>
    );
  };

  return (
    <>
      <PageHeader
        title="Webhooks"
        purpose="Alerts, sent to a system of yours as signed messages."
        crumbs={integrationsTrail}
        actions={webhooks.data && webhooks.data.length > 0 && add}
      />
      {content()}
      <NewWebhookDialog opened={adding} onClose={() => setAdding(false)} />
    </>
  );
}

function Item({ webhook }: { webhook: Webhook }) {
  const { last_delivery: last } = webhook;
  return (
    <li className={classes["item"]}>
      <div>
        <Link to={places.webhook(webhook.id)} className={classes["link"]}>
          {webhook.description || webhook.url}
        </Link>
        {webhook.description !== "" && (
          <Text size="xs" c="dimmed" truncate>
            {webhook.url}
          </Text>
        )}
      </div>
      <div className={classes["quiet"]}>{eventWords(webhook)}</div>
      <div>
        <WebhookStatus webhook={webhook} />
        <div className={classes["quiet"]}>
          {last === null ? (
            "Nothing sent yet"
          ) : (
            <>
              {last.ok ? "Delivered" : "Not delivered"} <Time at={last.at} />
            </>
          )}
        </div>
      </div>
    </li>
  );
}

function NoWebhooks({ mayWrite, onAdd }: { mayWrite: boolean; onAdd: () => void }) {
  return (
    <div className={classes["empty"]}>
      <IconWebhook size={30} stroke={1.5} aria-hidden />
      <Title order={2}>No webhooks yet</Title>
      <Text c="dimmed" maw={470}>
        A webhook gets each alert as it opens: for a chat, a pager, or code that acts on it. Messages are signed after Standard
        Webhooks, tried again for days when the receiver is away, and kept in a log from which they can be replayed.
      </Text>
      {mayWrite ? <Button onClick={onAdd}>Add your first webhook</Button> : <Text>Ask an admin of your account to add one.</Text>}
    </div>
  );
}
