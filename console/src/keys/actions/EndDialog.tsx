import { Button, Group, Modal, Text, TextInput } from "@mantine/core";
import { useState, type SubmitEvent } from "react";
import { describeError } from "../../api/problem.ts";
import type { ApiKey } from "../../api/types.ts";
import { useNow } from "../../ui/now.ts";
import { Notice } from "../../ui/Notice.tsx";
import { restorableDays } from "../status.ts";
import { consequence } from "./consequence.ts";

interface Props {
  action: "revoke" | "delete";
  apiKey: ApiKey | null;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onConfirm: (key: ApiKey, nickname: string) => void;
}

/** Asks for the nickname before a key is revoked or deleted. */
export function EndDialog({ apiKey, ...props }: Props) {
  return (
    <Modal
      opened={apiKey !== null}
      onClose={props.onClose}
      title={`${props.action === "revoke" ? "Revoke" : "Delete"} ${apiKey?.nickname ?? ""}?`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {apiKey && <Content apiKey={apiKey} {...props} />}
    </Modal>
  );
}

function Content({ action, apiKey, busy, error, onClose, onConfirm }: Props & { apiKey: ApiKey }) {
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
        {consequence(apiKey, now)}{" "}
        {action === "revoke" ? (
          <>
            Callers are told <code>key_revoked</code>. <strong>This can't be undone:</strong> to let the application in again, make a new
            key.
          </>
        ) : (
          <>
            Callers are told <code>unknown_key</code>. For {restorableDays} days you can restore it; it is found under the status Deleted. Then it is gone.
          </>
        )}
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
          {action === "revoke" ? "Revoke key" : "Delete key"}
        </Button>
      </Group>
    </form>
  );
}
