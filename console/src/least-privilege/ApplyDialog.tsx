import { Button, Group, Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useApplyTrial, useRefreshKey } from "../api/keys.ts";
import { describeError, isStatus } from "../api/problem.ts";
import type { ApiKey, Trial } from "../api/types.ts";
import { Notice } from "../ui/Notice.tsx";
import { counted } from "../ui/words.ts";

interface Props {
  apiKey: ApiKey;
  trial: Trial;
  opened: boolean;
  onClose: () => void;
}

/** From a trial to a restriction: says what will be refused from then on. */
export function ApplyDialog({ apiKey, trial, opened, onClose }: Props) {
  const apply = useApplyTrial();
  const refresh = useRefreshKey();
  const close = () => {
    apply.reset();
    onClose();
  };
  const run = () => {
    apply.mutate(apiKey, {
      onSuccess: () => {
        notifications.show({ message: `${apiKey.nickname} is tightened. Every check follows it from now on.` });
        close();
      },
      // Someone changed the key: what stands behind the dialog is read again, and the next press is about that.
      onError: (error) => isStatus(error, 412) && void refresh(apiKey.tenant_id, apiKey.id),
    });
  };
  return (
    <Modal opened={opened} onClose={close} title={`Tighten ${apiKey.nickname}?`} closeButtonProps={{ "aria-label": "Close" }}>
      {trial.would_refuse > 0 ? (
        <Notice tone="warn">
          {counted(trial.would_refuse, "request")} made during the trial would have been refused. The like of{" "}
          {trial.would_refuse === 1 ? "it" : "them"} will be, from the moment you apply it.
        </Notice>
      ) : (
        <Text>
          It would have refused none of the {counted(trial.requests, "request")} made during the trial. What the application does seldom may not have
          happened in that time.
        </Text>
      )}
      {trial.not_judged > 0 && (
        <Text mt="sm">
          {counted(trial.not_judged, "more request")} had a body that could not be read, so whether {trial.not_judged === 1 ? "it" : "they"} would have
          been refused is not known.
        </Text>
      )}
      <Text mt="sm">It replaces the restrictions that the key has now. You can change them again at any time under Edit.</Text>
      {apply.isError && (
        <Text c="var(--mantine-color-error)" mt="sm" role="alert">
          {isStatus(apply.error, 412)
            ? "Someone changed this key in the meantime. Its page is up to date now; press Apply again if it should still be tightened."
            : describeError(apply.error).detail}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={close} data-autofocus>
          Cancel
        </Button>
        <Button loading={apply.isPending} onClick={run}>
          Apply restriction
        </Button>
      </Group>
    </Modal>
  );
}
