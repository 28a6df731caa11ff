import { Button, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconCheck, IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { useHandOvers, useRotationStep, type RotationStep } from "../api/rotation.ts";
import type { ApiKey, Secret } from "../api/types.ts";
import { UseFacts } from "../keys/one/UseFacts.tsx";
import { useAccount } from "../session/context.ts";
import { useNow } from "../ui/now.ts";
import { Notice } from "../ui/Notice.tsx";
import { Section } from "../ui/Section.tsx";
import { StateDot, type Tone } from "../ui/StateDot.tsx";
import { Time } from "../ui/Time.tsx";
import { DeliveryFacts } from "./DeliveryFacts.tsx";
import { StepDialog } from "./StepDialog.tsx";
import { endWords, secretIn, stragglers } from "./words.ts";
import classes from "./RotationTab.module.css";

const done: Record<RotationStep["step"], string> = {
  finish: "The old secret has ended. The rotation is over.",
  cancel: "The new secret has ended. The old one goes on alone.",
  revoke: "The secret has ended. The other one goes on alone.",
};

/** A key while it rotates: both secrets, who uses which, what the end waits for, and every way to end it. */
export function TwoSecrets({ apiKey, onRotate }: { apiKey: ApiKey; onRotate: (() => void) | null }) {
  const now = useNow();
  const step = useRotationStep();
  const { tenant } = useAccount();
  const handOvers = useHandOvers(tenant.id, apiKey.id);
  const [asked, setAsked] = useState<RotationStep | null>(null);
  const { rotation } = apiKey;
  const fresh = secretIn(apiKey, "new");
  if (rotation === null) return null;
  const delivery = handOvers.data?.find(({ kind, generation }) => kind === "secret_manager" && generation === apiKey.generation);

  const ask = (what: RotationStep) => {
    step.reset();
    setAsked(what);
  };
  const run = (what: RotationStep) => {
    step.mutate(
      { key: apiKey, ...what },
      {
        onSuccess: () => {
          setAsked(null);
          notifications.show({ message: done[what.step] });
        },
      },
    );
  };
  const revoke = onRotate && ((secret: Secret) => ask({ step: "revoke", secret: secret.id }));

  return (
    <Section title="Being rotated">
      <p className={classes["lead"]}>{endWords(apiKey, now)}</p>
      {rotation.delivering && delivery && (
        <Notice tone={delivery.last_error === null ? "info" : "warn"}>
          <DeliveryFacts handOver={delivery} />
        </Notice>
      )}
      <div className={classes["pair"]} style={rotation.delivering && delivery ? { marginTop: "1rem" } : undefined}>
        {apiKey.secrets.map((secret) =>
          secret.state === "old" ? (
            <SecretCard key={secret.id} title="Old secret" since={rotation.started_at} hint={rotation.old_hint} secret={secret} endsAt={rotation.ends_at} onRevoke={revoke} />
          ) : secret.state === "new" ? (
            <SecretCard key={secret.id} title="New secret" since={rotation.started_at} hint={apiKey.hint} secret={secret} endsAt={null} onRevoke={revoke} />
          ) : null,
        )}
      </div>
      <p className={classes["stragglers"]} role="status">
        {stragglers(apiKey, now)}
      </p>
      {onRotate && (
        <div className={classes["steps"]}>
          <Button leftSection={<IconCheck size={16} aria-hidden />} disabled={rotation.delivering} onClick={() => ask({ step: "finish" })}>
            Finish now
          </Button>
          <Button variant="default" leftSection={<IconArrowBackUp size={16} aria-hidden />} onClick={() => ask({ step: "cancel" })}>
            Cancel rotation
          </Button>
          {fresh?.last_used === null && (
            <Button variant="default" leftSection={<IconRefresh size={16} aria-hidden />} onClick={onRotate}>
              Rotate again
            </Button>
          )}
        </div>
      )}
      <StepDialog apiKey={apiKey} asked={asked} busy={step.isPending} error={step.error} onClose={() => setAsked(null)} onConfirm={run} />
    </Section>
  );
}

/** Whether a secret is in use since the rotation began: what one wants of the new one, and not of the old one. */
function usedView({ state, last_used: use }: Secret, since: string): { tone: Tone; label: string } {
  if (use === null) return { tone: "quiet", label: "Never used" };
  if (state === "new") return { tone: "good", label: "In use" };
  return Date.parse(use.at) >= Date.parse(since) ? { tone: "warn", label: "Still in use" } : { tone: "good", label: "Not used since" };
}

interface CardProps {
  title: string;
  /** When the rotation began. */
  since: string;
  hint: string;
  secret: Secret;
  endsAt: string | null;
  onRevoke: ((secret: Secret) => void) | null;
}

function SecretCard({ title, since, hint, secret, endsAt, onRevoke }: CardProps) {
  const { tone, label } = usedView(secret, since);
  return (
    <section className={classes["secret"]} data-state={secret.state} aria-label={title}>
      <div className={classes["secretHead"]}>
        <Title order={3} className={classes["secretTitle"] ?? ""}>
          {title}
        </Title>
        <StateDot tone={tone}>{label}</StateDot>
      </div>
      <dl className={classes["facts"]}>
        <dt>Secret</dt>
        <dd className="mono">{hint}</dd>
        <dt>Made</dt>
        <dd>
          <Time at={secret.created_at} />
        </dd>
        <dt>Last used</dt>
        <dd>
          <UseFacts use={secret.last_used} />
        </dd>
        {secret.state === "old" && (
          <>
            <dt>Ends</dt>
            <dd>{endsAt === null ? "Not known yet" : <Time at={endsAt} />}</dd>
          </>
        )}
      </dl>
      {onRevoke && (
        <Button className={classes["revoke"] ?? ""} variant="default" size="xs" aria-label={`Revoke the ${title.toLowerCase()}`} onClick={() => onRevoke(secret)}>
          Revoke
        </Button>
      )}
    </section>
  );
}
