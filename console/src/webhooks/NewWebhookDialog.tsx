import { Button, Group, Modal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { useNavigate } from "react-router";
import { ApiProblem, describeError } from "../api/problem.ts";
import type { WebhookCreated } from "../api/types.ts";
import { createWebhook } from "../api/webhooks.ts";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { SecretOnce } from "./SecretOnce.tsx";
import { WebhookFields, type WebhookValues } from "./WebhookFields.tsx";
import { urlError } from "./words.ts";

/** Asks for a webhook, then shows its secret: held in this component alone, and gone with it. */
export function NewWebhookDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [made, setMade] = useState<WebhookCreated | null>(null);
  const navigate = useNavigate();
  const done = () => {
    const id = made?.id ?? "";
    setMade(null);
    onClose();
    void navigate(places.webhook(id));
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={made ? "The webhook's secret" : "Add a webhook"}
      closeOnClickOutside={false}
      closeOnEscape={made === null}
      withCloseButton={made === null}
      closeButtonProps={{ "aria-label": "Close" }}
      size="lg"
    >
      {made ? <SecretOnce secret={made.secret} onDone={done} /> : <Form onMade={setMade} onCancel={onClose} />}
    </Modal>
  );
}

function Form({ onMade, onCancel }: { onMade: (made: WebhookCreated) => void; onCancel: () => void }) {
  const { tenant } = useAccount();
  const client = useQueryClient();
  const [values, setValues] = useState<WebhookValues>({ url: "", description: "", events: [] });
  const [errors, setErrors] = useState<Partial<Record<"url" | "description", string>>>({});
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const wrong = urlError(values.url);
    setFailure("");
    setErrors(wrong === undefined ? {} : { url: wrong });
    if (wrong !== undefined || busy) return;
    setBusy(true);
    try {
      onMade(await createWebhook(client, tenant.id, { ...values, url: values.url.trim(), description: values.description.trim() }));
    } catch (error) {
      const found = error instanceof ApiProblem ? (error.problem.errors ?? []) : [];
      setErrors(Object.fromEntries(found.map(({ pointer, detail }) => [pointer.slice(1), detail])));
      if (found.length === 0) setFailure(describeError(error).detail);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <WebhookFields
        values={values}
        errors={errors}
        onChange={(now) => {
          setValues(now);
          setErrors({});
        }}
      />
      {failure !== "" && (
        <Text c="var(--mantine-color-error)" mt="sm" role="alert">
          {failure}
        </Text>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={busy}>
          Add webhook
        </Button>
      </Group>
    </form>
  );
}
