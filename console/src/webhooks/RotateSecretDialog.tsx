import { Button, Group, Modal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { describeError } from "../api/problem.ts";
import type { Webhook } from "../api/types.ts";
import { rotateWebhookSecret } from "../api/webhooks.ts";
import { useAccount } from "../session/context.ts";
import { SecretOnce } from "./SecretOnce.tsx";

interface Props {
  webhook: Webhook;
  opened: boolean;
  onClose: () => void;
}

/** Makes a new secret and shows it: held in this component alone, and gone with it. */
export function RotateSecretDialog({ webhook, opened, onClose }: Props) {
  const { tenant } = useAccount();
  const client = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);

  const rotate = async () => {
    setBusy(true);
    setFailure("");
    try {
      setSecret((await rotateWebhookSecret(client, tenant.id, webhook.id)).secret);
    } catch (error) {
      setFailure(describeError(error).detail);
    } finally {
      setBusy(false);
    }
  };
  const done = () => {
    setSecret(null);
    onClose();
  };

  return (
    <Modal
      opened={opened}
      onClose={done}
      title={secret === null ? "Rotate the secret?" : "The new secret"}
      closeOnClickOutside={secret === null}
      closeOnEscape={secret === null}
      withCloseButton={secret === null}
      closeButtonProps={{ "aria-label": "Close" }}
      size="lg"
    >
      {secret !== null ? (
        <SecretOnce secret={secret} onDone={done} />
      ) : (
        <>
          <Text>
            The new secret is shown once. Messages are signed with it from now on, and with the old one too for 24 hours. After that a
            receiver that still has the old one refuses them.
          </Text>
          {failure !== "" && (
            <Text c="var(--mantine-color-error)" mt="sm" role="alert">
              {failure}
            </Text>
          )}
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={onClose} data-autofocus>
              Cancel
            </Button>
            <Button loading={busy} onClick={() => void rotate()}>
              Make a new secret
            </Button>
          </Group>
        </>
      )}
    </Modal>
  );
}
