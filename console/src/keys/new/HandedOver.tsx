import { Button, Group, Skeleton, Text } from "@mantine/core";
import { Link } from "react-router";
import { useKey } from "../../api/keys.ts";
import { describeError } from "../../api/problem.ts";
import { useHandOvers } from "../../api/rotation.ts";
import type { ApiKey, HandOverState } from "../../api/types.ts";
import { apiKeysTrail, places } from "../../places.ts";
import { HandOverItem } from "../../rotation/HandOvers.tsx";
import rotation from "../../rotation/RotationTab.module.css";
import { useAccount } from "../../session/context.ts";
import { PageHeader } from "../../ui/PageHeader.tsx";
import { Section } from "../../ui/Section.tsx";
import { StatusBadge } from "../StatusBadge.tsx";
import classes from "../reveal/RevealPage.module.css";

function progress(latest: HandOverState | undefined, link: boolean): string {
  switch (latest?.status) {
    case undefined:
    case "pending":
      return link ? "A link to it goes to the contact" : "On its way to the secret manager";
    case "done":
      return link ? "The link was opened" : "Stored in the secret manager";
    case "failed":
      return link ? "The link could not be mailed" : "It could not be stored";
    case "withdrawn":
      return "The link is withdrawn";
    case "expired":
      return "Nobody opened the link in time";
  }
}

/** After a key was made that nobody is shown: where it went, and whether it has arrived. */
export function HandedOver({ apiKey }: { apiKey: ApiKey }) {
  const { mayWrite } = useAccount();
  const handOvers = useHandOvers(apiKey.tenant_id, apiKey.id);
  const current = useKey(apiKey.tenant_id, apiKey.id).data ?? apiKey;
  const { hand_over: to } = apiKey;
  const latest = handOvers.data?.[0];
  return (
    <>
      <PageHeader
        title={`${apiKey.nickname} is active`}
        documentTitle="New API key"
        purpose={<span className="mono">{apiKey.hint}</span>}
        crumbs={apiKeysTrail}
        aside={<StatusBadge apiKey={current} />}
      />
      <div className={classes["stack"]}>
        <Section title={progress(latest, to.kind === "link")}>
          <p className={rotation["lead"]}>
            {to.kind === "link" ? (
              <>
                {apiKey.contact_email} gets a link by mail. It shows the key once, to whoever opens it first. If it went to the wrong person, withdraw it
                here, and rotate the key to hand it over anew.
              </>
            ) : (
              <>
                The key is written to <strong>{to.manager}</strong>, at <span className="mono">{to.path}</span>, where the application reads it. If that
                fails it is tried again until it succeeds.
              </>
            )}
          </p>
          {handOvers.isError && !latest ? (
            <Text c="var(--mantine-color-error)" role="alert">
              {describeError(handOvers.error).detail}
            </Text>
          ) : latest ? (
            <ul className={rotation["list"]} aria-label="Hand-overs">
              <HandOverItem apiKey={apiKey} handOver={latest} mayWithdraw={mayWrite} />
            </ul>
          ) : (
            <Skeleton h={48} />
          )}
        </Section>
        <Group>
          <Button component={Link} to={places.apiKey(apiKey.id)} replace>
            Open the key
          </Button>
          <Button component={Link} to={places.apiKeyRotation(apiKey.id)} variant="default" replace>
            See its hand-overs
          </Button>
        </Group>
      </div>
    </>
  );
}
