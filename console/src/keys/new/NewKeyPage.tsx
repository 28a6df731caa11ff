import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "react-router";
import { useCatalog } from "../../api/catalog.ts";
import { createKey } from "../../api/keys.ts";
import type { ApiKey } from "../../api/types.ts";
import { apiKeysTrail, places } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { FormSkeleton } from "../form/FormSkeleton.tsx";
import { KeyForm } from "../form/KeyForm.tsx";
import { createBody, emptyValues, type KeyFormValues } from "../form/values.ts";
import { RevealPage } from "../reveal/RevealPage.tsx";
import { LostAnswer } from "./LostAnswer.tsx";

interface Attempt {
  body: string;
  idempotencyKey: string;
}

export function NewKeyPage() {
  const { tenant, mayWrite } = useAccount();
  const catalog = useCatalog();
  const client = useQueryClient();
  const attempt = useRef<Attempt | null>(null);
  // The only place that holds the secret. It goes when this page goes.
  const [made, setMade] = useState<{ key: ApiKey; secret: string | null } | null>(null);

  if (made && catalog.data) {
    if (made.secret === null) return <LostAnswer apiKey={made.key} />;
    return <RevealPage apiKey={made.key} secret={made.secret} catalog={catalog.data} />;
  }

  const submit = async (values: KeyFormValues) => {
    if (!catalog.data) return;
    const body = createBody(values, catalog.data);
    const text = JSON.stringify(body);
    // Pressing the button again after a lost answer repeats the same attempt, and so can't make a second key.
    if (attempt.current?.body !== text) attempt.current = { body: text, idempotencyKey: newIdempotencyKey() };
    const answer = await createKey(client, tenant.id, body, attempt.current.idempotencyKey);
    if ("secret" in answer) {
      const { secret, ...key } = answer;
      setMade({ key, secret });
    } else {
      setMade({ key: answer, secret: null });
    }
  };

  return (
    <>
      <PageHeader
        title="New API key"
        purpose="For one application. It is shown once, after you activate it."
        crumbs={apiKeysTrail}
      />
      {!mayWrite ? (
        <Notice tone="info">You can look at keys, but not make them. Ask an admin of your account.</Notice>
      ) : catalog.isError ? (
        <ErrorPanel error={catalog.error} onRetry={() => void catalog.refetch()} />
      ) : !catalog.data ? (
        <FormSkeleton />
      ) : (
        <KeyForm
          catalog={catalog.data}
          tenant={tenant}
          initial={emptyValues}
          submitLabel="Activate key"
          cancel={
            <Button component={Link} to={places.apiKeys} variant="default">
              Cancel
            </Button>
          }
          onSubmit={submit}
        />
      )}
    </>
  );
}

function newIdempotencyKey(): string {
  // Not randomUUID, which plain HTTP on a private network does without.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
