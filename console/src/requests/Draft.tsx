import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { useCatalog } from "../api/catalog.ts";
import { activateRequest } from "../api/requests.ts";
import { useHandOverPlaces } from "../api/rotation.ts";
import type { ApiKey, ApiKeyCreated, RequestLink } from "../api/types.ts";
import { FormSkeleton } from "../keys/form/FormSkeleton.tsx";
import { KeyForm } from "../keys/form/KeyForm.tsx";
import { createBody, emptyValues, type KeyFormValues } from "../keys/form/values.ts";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Notice } from "../ui/Notice.tsx";
import { draftValues } from "./draft.ts";

interface Props {
  link: RequestLink;
  asked: NonNullable<RequestLink["asked"]>;
  onMade: (key: ApiKey, secret: string | null) => void;
}

/** The key that is asked for, in the form of a new key, to be trimmed. */
export function Draft({ link, asked, onMade }: Props) {
  const { tenant } = useAccount();
  const catalog = useCatalog();
  const handOvers = useHandOverPlaces(tenant.id);
  const client = useQueryClient();
  // The form is filled in with what they asked for when it was opened, and stays so while somebody works on it.
  const [shown, setShown] = useState({ submissions: link.submissions, asked });

  if (catalog.isError && !catalog.data) return <ErrorPanel error={catalog.error} onRetry={() => void catalog.refetch()} />;
  if (handOvers.isError && !handOvers.data) return <ErrorPanel error={handOvers.error} onRetry={() => void handOvers.refetch()} />;
  if (!catalog.data || !handOvers.data) return <FormSkeleton />;
  const { data } = catalog;

  const submit = async (values: KeyFormValues) => {
    const answer = await activateRequest(client, tenant.id, link.id, createBody(values, data));
    const { secret, ...key }: ApiKeyCreated = answer;
    onMade(key, secret ?? null);
  };

  return (
    <>
      {shown.submissions !== link.submissions && (
        <Notice tone="warn" live>
          They have corrected what they ask for since you opened this page. The form below still holds what they sent before.{" "}
          <Button variant="default" size="compact-sm" onClick={() => setShown({ submissions: link.submissions, asked })}>
            Fill it in anew
          </Button>
        </Notice>
      )}
      <KeyForm
        key={shown.submissions}
        // The link says of which access type the key is.
        catalog={{ ...data, access_types: data.access_types.filter((type) => type.id === link.access_type) }}
        tenant={tenant}
        initial={{ ...emptyValues, ...draftValues(link.access_type, shown.asked, handOvers.data.link) }}
        submitLabel="Activate key"
        cancel={
          <Button component={Link} to={places.requestLinks} variant="default">
            Not now
          </Button>
        }
        onSubmit={submit}
      />
    </>
  );
}
