import { Button, Group, Modal, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useRefreshKey } from "../api/keys.ts";
import { ApiProblem, describeError } from "../api/problem.ts";
import { rotateKey, useKeyPolicy } from "../api/rotation.ts";
import type { ApiKey, KeyPolicy, Rotate } from "../api/types.ts";
import { isRotating } from "../keys/status.ts";
import { useNow } from "../ui/now.ts";
import { Notice } from "../ui/Notice.tsx";
import { sentence } from "../ui/words.ts";
import { HandOverField } from "./form/HandOverField.tsx";
import { OverlapField } from "./form/OverlapField.tsx";
import { handOverError, overlapSeconds, rotateBody, rotateValuesOf } from "./form/values.ts";
import { duration, forecast } from "./words.ts";
import classes from "./RotateDialog.module.css";

interface Props {
  apiKey: ApiKey;
  opened: boolean;
  onClose: () => void;
  /** `secret` is null when it is handed over otherwise. */
  onRotated: (key: ApiKey, secret: string | null) => void;
}

export function RotateDialog({ apiKey, opened, onClose, onRotated }: Props) {
  const policy = useKeyPolicy(apiKey.tenant_id);
  return (
    <Modal opened={opened} onClose={onClose} size="xl" title={`Rotate ${apiKey.nickname}`} closeButtonProps={{ "aria-label": "Close" }} closeOnClickOutside={false}>
      {policy.isPending ? <Skeleton h={320} /> : <Form apiKey={apiKey} policy={policy.data} onClose={onClose} onRotated={onRotated} />}
    </Modal>
  );
}

function Form({ apiKey, policy, onClose, onRotated }: Omit<Props, "opened"> & { policy: KeyPolicy | undefined }) {
  const client = useQueryClient();
  const refresh = useRefreshKey();
  const now = useNow();
  const [values, setValues] = useState(() => rotateValuesOf(apiKey, policy));
  const [failure, setFailure] = useState<{ detail: string; handOver?: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const body = rotateBody(values, apiKey.nickname);
  const overlap = overlapSeconds(values.overlap);
  const again = isRotating(apiKey, now);

  const change = (part: Partial<typeof values>) => {
    setValues({ ...values, ...part });
    setFailure(null);
  };

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (body === null || busy) return;
    setBusy(true);
    setFailure(null);
    try {
      const { key, secret } = await rotateKey(client, apiKey, body);
      onRotated(key, secret);
    } catch (error) {
      const mistakes = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
      const handOver = mistakes.find(({ pointer }) => pointer.startsWith("/hand_over"))?.detail;
      setFailure({ detail: [describeError(error).detail, ...mistakes.map(({ detail }) => detail)].join(" "), ...(handOver === undefined ? {} : { handOver }) });
      // The answer may have been lost after the key was rotated: show what it is now.
      void refresh(apiKey.tenant_id, apiKey.id).catch(() => undefined);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="lg">
        {again && (
          <Notice tone="warn">
            It is being rotated already, and nobody has used its new secret yet. That one ends at once, and another takes its place.
          </Notice>
        )}
        <OverlapField label="Old and new both work for" none="No time" value={values.overlap} onChange={(overlap) => change({ overlap })} />
        <Radio.Group label="The old one ends" value={values.finish} onChange={(finish) => change({ finish })}>
          <Stack gap={8} mt={8}>
            <Radio value="at_end" label={overlap === 0 ? "At once" : "When that time is over"} />
            <Radio value="on_first_use" label={onFirstUse(overlap)} />
          </Stack>
        </Radio.Group>
        <HandOverField
          tenant={apiKey.tenant_id}
          nickname={apiKey.nickname}
          contact={apiKey.contact_email}
          value={values.handOver}
          error={failure?.handOver ?? handOverError(values.handOver) ?? undefined}
          onChange={(handOver) => change({ handOver })}
        />
        {body !== null && <Forecast apiKey={apiKey} terms={body} now={now} />}
        {failure && (
          <Text c="var(--mantine-color-error)" role="alert">
            {failure.detail}
          </Text>
        )}
      </Stack>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={body === null}>
          Rotate key
        </Button>
      </Group>
    </form>
  );
}

function onFirstUse(overlap: number | null): string {
  if (overlap === null) return "That time after the first use of the new one";
  return overlap === 0 ? "When the new one is used for the first time" : sentence(`${duration(overlap)} after the first use of the new one`);
}

/** What is about to happen, beside the button that makes it happen. */
function Forecast({ apiKey, terms, now }: { apiKey: ApiKey; terms: Required<Rotate>; now: number }) {
  const abrupt = terms.overlap_seconds === 0 && terms.finish === "at_end" && terms.hand_over.kind !== "secret_manager";
  return (
    <Notice tone={abrupt ? "warn" : "info"}>
      <div role="status" aria-label="What will happen" className={classes["forecast"]}>
        {forecast(terms, apiKey, now).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </Notice>
  );
}
