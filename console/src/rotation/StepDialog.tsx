import { Button, Group, Modal, Text } from "@mantine/core";
import { describeError } from "../api/problem.ts";
import type { RotationStep } from "../api/rotation.ts";
import type { ApiKey } from "../api/types.ts";
import { useNow } from "../ui/now.ts";
import { Notice } from "../ui/Notice.tsx";
import { stepWords } from "./step-words.ts";

interface Props {
  apiKey: ApiKey;
  /** Null: closed. */
  asked: RotationStep | null;
  busy: boolean;
  error: Error | null;
  onClose: () => void;
  onConfirm: (step: RotationStep) => void;
}

/** Asks before a secret ends, with what is known of its use. */
export function StepDialog({ apiKey, asked, busy, error, onClose, onConfirm }: Props) {
  const now = useNow();
  const words = asked && stepWords(asked, apiKey, now);
  return (
    <Modal opened={asked !== null} onClose={onClose} title={words?.title} closeButtonProps={{ "aria-label": "Close" }}>
      {asked && words && (
        <>
          <Notice tone={words.tone}>
            {words.consequence} {words.after}
          </Notice>
          {error && (
            <Text c="var(--mantine-color-error)" mt="sm" role="alert">
              {describeError(error).detail}
            </Text>
          )}
          <Group justify="flex-end" mt="lg">
            <Button variant="default" onClick={onClose} data-autofocus>
              Leave it
            </Button>
            <Button {...(words.tone === "bad" ? { color: "red.8" } : {})} loading={busy} onClick={() => onConfirm(asked)}>
              {words.button}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  );
}
