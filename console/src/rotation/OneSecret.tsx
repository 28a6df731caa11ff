import { Button, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useKeyPolicy } from "../api/rotation.ts";
import type { ApiKey } from "../api/types.ts";
import { Facts } from "../keys/one/Facts.tsx";
import { UseFacts } from "../keys/one/UseFacts.tsx";
import { useNow } from "../ui/now.ts";
import { Section } from "../ui/Section.tsx";
import { StateDot } from "../ui/StateDot.tsx";
import { Time } from "../ui/Time.tsx";
import { due, ordinal, placeWords, secretIn } from "./words.ts";
import classes from "./RotationTab.module.css";

/** The one secret that opens a key: how old, in whose hands, and until when by the key policy. */
export function OneSecret({ apiKey, onRotate }: { apiKey: ApiKey; onRotate: (() => void) | null }) {
  const policy = useKeyPolicy(apiKey.tenant_id);
  const now = useNow();
  const secret = secretIn(apiKey, "current") ?? apiKey.secrets.at(-1);
  const asked = policy.data && apiKey.status !== "revoked" && apiKey.status !== "deleted" ? due(apiKey, policy.data, now) : null;
  const facts: [string, ReactNode][] = [
    ["Secret", <span key="hint"><span className="mono">{apiKey.hint}</span>, the {ordinal(apiKey.generation)} of this key</span>],
    ...(secret ? ([["Made", <Time key="made" at={secret.created_at} />], ["Last used", <UseFacts key="used" use={secret.last_used} />]] as [string, ReactNode][]) : []),
    ["Handed over", placeWords(apiKey.hand_over, apiKey.contact_email)],
  ];
  if (asked) {
    facts.push([
      "Due",
      asked.at === null ? (
        asked.words
      ) : (
        <span key="due">
          {Date.parse(asked.at) <= now ? <StateDot tone="bad">Overdue</StateDot> : <Time at={asked.at} />}
          <Text component="span" display="block" c="dimmed" size="xs">
            {asked.words}
          </Text>
        </span>
      ),
    ]);
  }
  return (
    <Section
      title="Secret"
      actions={
        onRotate && (
          <Button leftSection={<IconRefresh size={16} aria-hidden />} onClick={onRotate}>
            Rotate
          </Button>
        )
      }
    >
      <p className={`${classes["lead"] ?? ""} ${classes["quiet"] ?? ""}`}>
        Rotating gives the key a new secret. Its id, restrictions, limits and history stay, and the old secret works on until the application has switched.
      </p>
      <Facts facts={facts} />
    </Section>
  );
}
