import { Button, Skeleton, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconPlayerPause, IconPlayerPlay, IconSend } from "@tabler/icons-react";
import { Link, useParams } from "react-router";
import { describeError, isStatus } from "../api/problem.ts";
import type { Webhook } from "../api/types.ts";
import { useTestWebhook, useUpdateWebhook, useWebhook } from "../api/webhooks.ts";
import { Facts } from "../keys/one/Facts.tsx";
import { places, webhooksTrail } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Notice } from "../ui/Notice.tsx";
import { PageHeader } from "../ui/PageHeader.tsx";
import { Section } from "../ui/Section.tsx";
import { Time } from "../ui/Time.tsx";
import { Deliveries } from "./Deliveries.tsx";
import { EndWebhook } from "./EndWebhook.tsx";
import { WebhookStatus } from "./WebhookStatus.tsx";
import { attemptWords, eventWords } from "./words.ts";
import classes from "./WebhookPage.module.css";

export function WebhookPage() {
  const { id = "" } = useParams();
  const { tenant } = useAccount();
  const webhook = useWebhook(tenant.id, id);

  if (webhook.data) return <Loaded webhook={webhook.data} />;
  return (
    <>
      <PageHeader title={isStatus(webhook.error, 404) ? "No such webhook" : "Webhook"} crumbs={webhooksTrail} />
      {isStatus(webhook.error, 404) ? (
        <Button component={Link} to={places.webhooks} variant="default">
          See all webhooks
        </Button>
      ) : webhook.isError ? (
        <ErrorPanel error={webhook.error} onRetry={() => void webhook.refetch()} />
      ) : (
        <div className={classes["stack"]} aria-busy="true">
          <Skeleton h={190} radius="lg" />
          <Skeleton h={260} radius="lg" />
        </div>
      )}
    </>
  );
}

function Loaded({ webhook }: { webhook: Webhook }) {
  const { tenant, mayWrite } = useAccount();
  const update = useUpdateWebhook(tenant.id);
  const test = useTestWebhook(tenant.id);
  const disabled = webhook.status === "disabled";

  const fail = (title: string) => (error: Error) => notifications.show({ color: "red", title, message: describeError(error).detail });
  const sendTest = () => {
    test.mutate(webhook.id, {
      onSuccess: ({ status, attempts }) => {
        const last = attempts.at(-1);
        notifications.show({ message: last ? `The test message was sent. ${attemptWords(last)}.` : status === "pending" ? "The test message is on its way." : "The test message was sent." });
      },
      onError: fail("No test message was sent"),
    });
  };
  const toggle = () => {
    update.mutate({ id: webhook.id, change: { status: disabled ? "active" : "disabled" } }, { onError: fail("Nothing was changed") });
  };

  return (
    <>
      <PageHeader
        title={webhook.description || webhook.url}
        purpose={webhook.description === "" ? undefined : <span className="mono">{webhook.url}</span>}
        crumbs={webhooksTrail}
        aside={<WebhookStatus webhook={webhook} />}
        actions={
          mayWrite && (
            <>
              <Button variant="default" leftSection={<IconSend size={16} aria-hidden />} loading={test.isPending} disabled={disabled} onClick={sendTest}>
                Send a test
              </Button>
              <Button
                variant={disabled ? "filled" : "default"}
                leftSection={disabled ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
                loading={update.isPending}
                onClick={toggle}
              >
                {disabled ? "Enable" : "Disable"}
              </Button>
            </>
          )
        }
      />
      <div className={classes["stack"]}>
        {disabled && (
          <Notice tone="warn">
            {webhook.disabled_reason ?? "Disabled"}: nothing is sent until it is enabled again. What it missed can be replayed.
          </Notice>
        )}
        <Section title="About it">
          <Facts
            facts={[
              ["Address", <span key="url" className="mono">{webhook.url}</span>],
              ["Sent", eventWords(webhook)],
              ["Added", <Time key="added" at={webhook.created_at} />],
              [
                "Last message",
                webhook.last_delivery === null ? (
                  "None yet"
                ) : (
                  <Text key="last" span inherit>
                    {webhook.last_delivery.ok ? "Delivered" : "Not delivered"} <Time at={webhook.last_delivery.at} />
                  </Text>
                ),
              ],
            ]}
          />
        </Section>
        <Deliveries webhook={webhook} />
        {mayWrite && <EndWebhook webhook={webhook} />}
      </div>
    </>
  );
}
