import { Button, Group, Modal, NativeSelect, Text, Textarea } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type SubmitEvent } from "react";
import { ApiProblem, describeError } from "../api/problem.ts";
import { createRequestLink } from "../api/requests.ts";
import { useCatalog } from "../api/catalog.ts";
import type { RequestLinkCreated } from "../api/types.ts";
import { SecretField } from "../keys/reveal/SecretField.tsx";
import { useAccount } from "../session/context.ts";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Notice } from "../ui/Notice.tsx";
import { exactTime } from "../ui/time.ts";
import { lifeChoices, linkHere } from "./words.ts";
import classes from "./NewLinkDialog.module.css";

/** Makes a link, then shows it: held in this component alone, and gone with it. */
export function NewLinkDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [made, setMade] = useState<RequestLinkCreated | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={made ? "Your request link" : "New request link"}
      closeOnClickOutside={false}
      closeOnEscape={made === null}
      withCloseButton={made === null}
      closeButtonProps={{ "aria-label": "Close" }}
      size="lg"
    >
      {made ? <Made link={made} onDone={close} /> : <Form onMade={setMade} onCancel={close} />}
    </Modal>
  );
}

function Made({ link, onDone }: { link: RequestLinkCreated; onDone: () => void }) {
  const url = linkHere(link.url);
  return (
    <>
      <Text mb="sm">
        Send it to the third party. Whoever has it can fill in what they need, until {exactTime(link.expires_at)}; it gives access to nothing.
      </Text>
      <div className={classes["row"]}>
        <SecretField secret={url} label="Request link" />
        <CopyButton value={url} what="the request link" primary />
      </div>
      <Notice tone="info">
        <strong>It is shown this once.</strong> If it gets lost, withdraw it and make another.
      </Notice>
      <Group justify="flex-end" mt="lg">
        <Button onClick={onDone}>Done</Button>
      </Group>
    </>
  );
}

function Form({ onMade, onCancel }: { onMade: (made: RequestLinkCreated) => void; onCancel: () => void }) {
  const { tenant } = useAccount();
  const client = useQueryClient();
  const types = useCatalog().data?.access_types.filter((type) => type.restrictions.includes("operations")) ?? [];
  const [note, setNote] = useState("");
  const [life, setLife] = useState("604800");
  const [accessType, setAccessType] = useState("");
  const [failure, setFailure] = useState("");
  const [noteError, setNoteError] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (busy) return;
    setFailure("");
    setNoteError(undefined);
    setBusy(true);
    try {
      const chosen = accessType || types[0]?.id;
      onMade(await createRequestLink(client, tenant.id, { note: note.trim(), life_seconds: Number(life), ...(chosen ? { access_type: chosen } : {}) }));
    } catch (error) {
      const found = error instanceof ApiProblem ? error.problem.errors?.find(({ pointer }) => pointer === "/note") : undefined;
      if (found) setNoteError(found.detail);
      else setFailure(describeError(error).detail);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <div className={classes["fields"]}>
        <Textarea
          label="Note to the third party"
          description="They read it above the form. Say what the access is for."
          placeholder="For the SMS templates that you sync for us. Questions: dana@acme.example"
          autosize
          minRows={3}
          maxRows={8}
          maxLength={500}
          value={note}
          error={noteError}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <NativeSelect
          label="Can be filled in for"
          data={lifeChoices.map((each) => ({ ...each }))}
          value={life}
          onChange={(event) => setLife(event.currentTarget.value)}
        />
        {types.length > 1 && (
          <NativeSelect
            label="Access type of the key"
            data={types.map(({ id, title }) => ({ value: id, label: title }))}
            value={accessType || (types[0]?.id ?? "")}
            onChange={(event) => setAccessType(event.currentTarget.value)}
          />
        )}
      </div>
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
          Make link
        </Button>
      </Group>
    </form>
  );
}
