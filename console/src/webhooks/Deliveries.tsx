import { Button, Group, Skeleton, Text } from "@mantine/core";
import { useState } from "react";
import type { Webhook } from "../api/types.ts";
import { useDeliveries } from "../api/webhooks.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Section } from "../ui/Section.tsx";
import { DeliveryItem } from "./DeliveryItem.tsx";
import classes from "./Deliveries.module.css";

/** What was sent, and what came of it, the newest first. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const { tenant } = useAccount();
  const [cursor, setCursor] = useState<string | null>(null);
  const deliveries = useDeliveries(tenant.id, webhook.id, cursor);
  const { data } = deliveries;
  return (
    <Section title="Deliveries">
      {deliveries.isError && !data ? (
        <ErrorPanel error={deliveries.error} onRetry={() => void deliveries.refetch()} />
      ) : !data ? (
        <Skeleton h={180} />
      ) : data.data.length === 0 ? (
        <Text c="dimmed">Nothing was sent yet. “Send a test” shows whether messages arrive.</Text>
      ) : (
        <ul className={classes["list"]} aria-label="Deliveries">
          {data.data.map((delivery) => (
            <li key={delivery.id}>
              <DeliveryItem webhook={webhook} delivery={delivery} />
            </li>
          ))}
        </ul>
      )}
      {data && (cursor !== null || data.next_cursor !== null) && (
        <Group component="nav" justify="flex-end" gap="xs" mt="sm" aria-label="Pages of deliveries">
          <Button variant="default" size="xs" disabled={cursor === null} onClick={() => setCursor(null)}>
            Newest
          </Button>
          <Button variant="default" size="xs" disabled={data.next_cursor === null} onClick={() => setCursor(data.next_cursor)}>
            Older
          </Button>
        </Group>
      )}
    </Section>
  );
}
