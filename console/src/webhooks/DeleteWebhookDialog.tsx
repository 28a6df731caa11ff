import { Button, Group, Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "react-router";
import { describeError } from "../api/problem.ts";
import type { Webhook } from "../api/types.ts";
import { useDeleteWebhook } from "../api/webhooks.ts";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";

interface Props {
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
}

export function DeleteWebhookDialog({ webhook, opened, onClose }: Props) {
  const { tenant } = useAccount();
  const remove = useDeleteWebhook(tenant.id);
  const navigate = useNavigate();
  const name = webhook.description || webhook.url;

  const run = () => {
    remove.mutate(webhook.id, {
      onSuccess: () => {
        notifications.show({ message: `${name} is deleted. Nothing more is sent to it.` });
        void navigate(places.webhooks);
      },
    });
  };

  return (
    <Modal opened={opened} onClose={onClose} title={`Delete ${name}?`} closeButtonProps={{ "aria-label": "Close" }}>
      <Text>
        Messages that wait to be sent are dropped, and the log is deleted. This can't be undone. To stop it for a while, disable it instead.
      </Text>
      {remove.isError && (
        <Text c="var(--mantine-color-error)" mt="sm" role="alert">
          {describeError(remove.error).detail}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red.8" loading={remove.isPending} onClick={run}>
          Delete webhook
        </Button>
      </Group>
    </Modal>
  );
}
