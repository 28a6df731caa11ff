import { Button, Group, Modal, Text } from "@mantine/core";
import { describeError } from "../../api/problem.ts";
import type { ApiKey } from "../../api/types.ts";
import { useNow } from "../../ui/now.ts";
import { Notice } from "../../ui/Notice.tsx";
import { consequence } from "./consequence.ts";

interface Props {
  apiKey: ApiKey | null;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onConfirm: (key: ApiKey) => void;
}

export function DisableDialog({ apiKey, ...props }: Props) {
  return (
    <Modal
      opened={apiKey !== null}
      onClose={props.onClose}
      title={`Disable ${apiKey?.nickname ?? ""}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {apiKey && <Content apiKey={apiKey} {...props} />}
    </Modal>
  );
}

function Content({ apiKey, busy, error, onClose, onConfirm }: Props & { apiKey: ApiKey }) {
  const now = useNow();
  return (
    <>
      <Text>
        {consequence(apiKey, now)} Callers are told <code>key_disabled</code>. You can enable it again at any time.
      </Text>
      {error && (
        <Text c="red" mt="sm" role="alert">
          {describeError(error).detail}
        </Text>
      )}
      {apiKey.status === "expired" && (
        <Notice tone="info">Enabling it later will not bring it back unless its expiry is changed too.</Notice>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button loading={busy} onClick={() => onConfirm(apiKey)}>
          Disable key
        </Button>
      </Group>
    </>
  );
}
