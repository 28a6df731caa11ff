import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { useCatalog } from "../../api/catalog.ts";
import { createKey, useKey } from "../../api/keys.ts";
import type { ApiKey, ApiKeyCreated } from "../../api/types.ts";
import { apiKeysTrail, places } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { FormSkeleton } from "../form/FormSkeleton.tsx";
import { KeyForm } from "../form/KeyForm.tsx";
import { createBody, emptyValues, valuesLike, type KeyFormValues } from "../form/values.ts";
import { RevealPage } from "../reveal/RevealPage.tsx";
import { SplitNotice } from "../split/SplitNotice.tsx";
import { HandedOver } from "./HandedOver.tsx";
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

  const [params] = useSearchParams();
  const like = params.get("like");
  const model = useModel(tenant.id, like);
  const navigate = useNavigate();

  if (made) {
    if (made.secret !== null) {
      const done = () => void navigate(places.apiKey(made.key.id), { replace: true });
      return <RevealPage apiKey={made.key} secret={made.secret} catalog={catalog.data} onDone={done} />;
    }
    return made.key.hand_over.kind === "show" ? <LostAnswer apiKey={made.key} /> : <HandedOver apiKey={made.key} />;
  }

  const submit = async (values: KeyFormValues) => {
    if (!catalog.data) return;
    const body = createBody(values, catalog.data);
    const text = JSON.stringify(body);
    // Pressing the button again after a lost answer repeats the same attempt, and so can't make a second key.
    if (attempt.current?.body !== text) attempt.current = { body: text, idempotencyKey: newIdempotencyKey() };
    const answer = await createKey(client, tenant.id, body, attempt.current.idempotencyKey);
    const { secret, ...key }: ApiKeyCreated = answer;
    setMade({ key, secret: secret ?? null });
  };

  return (
    <>
      <PageHeader
        title="New API key"
        purpose="For one application, which gets it once, after you activate it."
        crumbs={apiKeysTrail}
      />
      {!mayWrite ? (
        <Notice tone="info">You can look at keys, but not make them. Ask an admin of your account.</Notice>
      ) : catalog.isError ? (
        <ErrorPanel error={catalog.error} onRetry={() => void catalog.refetch()} />
      ) : !catalog.data || model === undefined ? (
        <FormSkeleton />
      ) : (
        <>
        {model && <SplitNotice model={model} />}
        <KeyForm
          catalog={catalog.data}
          tenant={tenant}
          initial={model ? valuesLike(model, catalog.data) : emptyValues}
          submitLabel="Activate key"
          cancel={
            <Button component={Link} to={places.apiKeys} variant="default">
              Cancel
            </Button>
          }
          onSubmit={submit}
        />
        </>
      )}
    </>
  );
}

/** The key that the form is filled in after; null for none, undefined while it is on its way. */
function useModel(tenant: string, id: string | null): ApiKey | null | undefined {
  const model = useKey(tenant, id ?? "", { enabled: id !== null });
  if (id === null || model.isError) return null;
  return model.data;
}

function newIdempotencyKey(): string {
  // Not randomUUID, which plain HTTP on a private network does without.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
