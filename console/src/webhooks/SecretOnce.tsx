import { Button, Checkbox, Group, Text } from "@mantine/core";
import { useState } from "react";
import { SecretField } from "../keys/reveal/SecretField.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Notice } from "../ui/Notice.tsx";
import classes from "./SecretOnce.module.css";

/** The one time that a signing secret is shown. */
export function SecretOnce({ secret, onDone }: { secret: string; onDone: () => void }) {
  const [stored, setStored] = useState(false);
  return (
    <>
      <Notice tone="warn">
        <strong>This is the only time it is shown.</strong> Give it to the receiver, and to nobody else.
      </Notice>
      <div className={classes["row"]}>
        <SecretField secret={secret} label="Signing secret" />
        <CopyButton value={secret} what="the signing secret" primary />
      </div>
      <Text c="dimmed" size="sm" mb="md">
        The receiver checks <code>webhook-signature</code> with it: an HMAC-SHA-256 over <code>webhook-id</code>,{" "}
        <code>webhook-timestamp</code> and the body, joined by dots. Every library for Standard Webhooks does that.
      </Text>
      <Checkbox label="I have stored it" checked={stored} onChange={(event) => setStored(event.currentTarget.checked)} />
      <Group justify="flex-end" mt="lg">
        <Button disabled={!stored} onClick={onDone}>
          Done
        </Button>
      </Group>
    </>
  );
}
