import { Button, Checkbox, Text } from "@mantine/core";
import { useState } from "react";
import type { ApiKey, Catalog } from "../../api/types.ts";
import { apiKeysTrail } from "../../places.ts";
import { endWords } from "../../rotation/words.ts";
import { useAccount } from "../../session/context.ts";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { useNow } from "../../ui/now.ts";
import { Notice } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Section } from "../../ui/Section.tsx";
import { summarize } from "../summary.ts";
import { LeaveGuard } from "./LeaveGuard.tsx";
import { SecretField } from "./SecretField.tsx";
import { StoreCommands } from "./StoreCommands.tsx";
import { UsageSnippets } from "./UsageSnippets.tsx";
import classes from "./RevealPage.module.css";

interface Props {
  apiKey: ApiKey;
  secret: string;
  /** May be missing: what it adds must not stand in the way of the secret. */
  catalog: Catalog | undefined;
  /** A new secret of a key that there was before. */
  renewed?: boolean;
  onDone: () => void;
}

/** The one time that a key is shown. Leaving takes the word that it has been stored. */
export function RevealPage({ apiKey, secret, catalog, renewed = false, onDone }: Props) {
  const { tenant } = useAccount();
  const now = useNow();
  const [stored, setStored] = useState(false);
  const sentence = renewed ? endWords(apiKey, now) || "The old one has ended: callers are refused until they have this one." : catalog && summarize(
    {
      nickname: apiKey.nickname,
      accessType: apiKey.access_type,
      restrictions: apiKey.restrictions,
      limits: apiKey.limits,
      expiresAt: apiKey.expires_at,
    },
    catalog,
    tenant,
  );

  return (
    <>
      <PageHeader title={renewed ? `The new secret of ${apiKey.nickname}` : "Your new API key"} documentTitle={renewed ? "New secret" : "New API key"} purpose={sentence} crumbs={apiKeysTrail} />
      <div className={classes["stack"]}>
        <section className={classes["key"]} aria-label="The key">
          <div className={classes["row"]}>
            <SecretField secret={secret} />
            <CopyButton value={secret} what="the API key" primary />
          </div>
          <Notice tone="warn">
            <strong>This is the only time it is shown.</strong> Latchkey keeps a digest, from which nobody can read it back.
            It works from now on, and every call made with it acts on production: give it to one application only, and to
            no chat, ticket or repository.
          </Notice>
        </section>
        <Section title="Store it in a secret manager">
          <StoreCommands nickname={apiKey.nickname} renewed={renewed} />
        </Section>
        {catalog && (
          <Section title="Make a first call">
            <UsageSnippets apiKey={apiKey} secret={secret} catalog={catalog} />
          </Section>
        )}
        <div className={classes["done"]}>
          <Checkbox
            label="I have stored it"
            description="After this page it can't be shown again."
            checked={stored}
            onChange={(event) => setStored(event.currentTarget.checked)}
          />
          <Button disabled={!stored} onClick={onDone}>
            Done
          </Button>
        </div>
        {!stored && (
          <Text size="xs" c="dimmed">
            To leave, tick “I have stored it”.
          </Text>
        )}
      </div>
      <LeaveGuard stored={stored} onStored={() => setStored(true)} />
    </>
  );
}
