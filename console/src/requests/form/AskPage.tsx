import { Button, Skeleton, Text, VisuallyHidden } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useLocation, useParams } from "react-router";
import { isStatus } from "../../api/problem.ts";
import { submitRequest, useRequestForm } from "../../api/requests.ts";
import type { RequestForm } from "../../api/types.ts";
import { CollectFrame } from "../../collect/CollectFrame.tsx";
import { ErrorPanel } from "../../ui/ErrorPanel.tsx";
import { exactTime } from "../../ui/time.ts";
import { AskForm } from "./AskForm.tsx";
import { askBody, nothingAsked, type AskValues } from "./values.ts";

/** What a request link leads to: somebody without an account says who they are and what they need. */
export function AskPage() {
  const { id = "" } = useParams();
  const token = useLocation().hash.slice(1);
  useDocumentTitle("Ask for an API key · Latchkey");
  const form = useRequestForm(id, token);

  if (token === "") {
    return <End title="This link is incomplete">The part that opens it is missing: everything after “#”. Copy the whole of it from where you got it.</End>;
  }
  if (isStatus(form.error, 404)) {
    return <End title="There is nothing behind this link">It may be incomplete, or so old that it was forgotten. Ask whoever sent it for another.</End>;
  }
  if (form.isError) {
    return (
      <CollectFrame title="Ask for an API key">
        <ErrorPanel error={form.error} onRetry={() => void form.refetch()} />
      </CollectFrame>
    );
  }
  if (!form.data) {
    return (
      <CollectFrame title="Ask for an API key" wide>
        <VisuallyHidden role="status">Loading what you can ask for</VisuallyHidden>
        <Skeleton h={320} />
      </CollectFrame>
    );
  }
  return <Known form={form.data} token={token} />;
}

function Known({ form, token }: { form: RequestForm; token: string }) {
  const client = useQueryClient();
  // Kept while this page is open, so that what was sent can be corrected; the server tells it to nobody.
  const [values, setValues] = useState<AskValues>(nothingAsked);
  const [correcting, setCorrecting] = useState(false);
  const { account, offer, status } = form;

  switch (status) {
    case "withdrawn":
      return <End title="This link was withdrawn">{account} took it back. Ask them for another.</End>;
    case "expired":
      return <End title="This link has expired">It could be filled in until {exactTime(form.expires_at)}. Ask {account} for another.</End>;
    case "declined":
      return <End title="Your request was declined">{account} has decided not to give you a key by this link. If you think that is a mistake, ask them.</End>;
    case "activated":
      return (
        <End title="Your request was granted">
          {account} has made the key. It goes to the contact that was given, if {account} did not choose another way; ask them if it does not arrive.
        </End>
      );
    case "open":
    case "submitted":
      break;
  }
  if (status === "submitted" && !correcting) {
    const filledIn = values !== nothingAsked;
    return (
      <End title="Your request was sent">
        {account} was told. If they grant it, the key usually goes to {filledIn ? <strong>{values.contactEmail.trim()}</strong> : "the contact that was given"}, by a link
        that opens once. Until they decide you can correct what you sent.
        {offer && (
          <Button variant="default" mt="md" display="block" onClick={() => setCorrecting(true)}>
            {filledIn ? "Correct it" : "Send it anew"}
          </Button>
        )}
      </End>
    );
  }
  if (offer === null) {
    return <End title="This link takes nothing any more">It was filled in as often as a link can be. Ask {account} for another.</End>;
  }
  return (
    <AskForm
      form={form}
      offer={offer}
      initial={values}
      onSubmit={async (filled) => {
        const now = await submitRequest(form.id, token, askBody(filled, offer));
        setValues(filled);
        setCorrecting(false);
        client.setQueryData(["request-form", form.id], now);
        scrollTo(0, 0);
      }}
    />
  );
}

function End({ title, children }: { title: string; children: ReactNode }) {
  return (
    <CollectFrame title={title}>
      <Text component="div" role="status">
        {children}
      </Text>
    </CollectFrame>
  );
}
