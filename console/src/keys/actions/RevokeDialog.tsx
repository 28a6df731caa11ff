import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
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
  onConfirm: (key: ApiKey, nickname: string) => void;
}

export function RevokeDialog({ apiKey, ...props }: Props) {
  return (
    <Modal
      opened={apiKey !== null}
      onClose={props.onClose}
      title={`Revoke ${apiKey?.nickname ?? ""}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {apiKey && <Content apiKey={apiKey} {...props} />}
    </Modal>
  );
}

function Content({ apiKey, busy, error, onClose, onConfirm }: Props & { apiKey: ApiKey }) {
  const [typed, setTyped] = useState("");
  const now = useNow();
  const matches = typed.trim() === apiKey.nickname;

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (matches) onConfirm(apiKey, apiKey.nickname);
  };

  return (
    <form onSubmit={submit}>
      <Notice tone="bad">
        {consequence(apiKey, now)} Callers are told <code>key_revoked</code>. <strong>This can't be undone:</strong> to let
        the application in again, make a new key.
      </Notice>
      <TextInput
        mt="md"
        data-autofocus
        label={
          <>
            Type <strong>{apiKey.nickname}</strong> to confirm
          </>
        }
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      {error && (
        <Text c="var(--mantine-color-error)" mt="sm" role="alert">
          {describeError(error).detail}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" color="red.8" loading={busy} disabled={!matches}>
          Revoke key
        </Button>
      </Group>
    </form>
  );
}
