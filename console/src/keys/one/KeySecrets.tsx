import { Text } from "@mantine/core";
import type { Secret } from "../../api/types.ts";
import { Section } from "../../ui/Section.tsx";
import { Time } from "../../ui/Time.tsx";
import { Facts } from "./Facts.tsx";
import { UseFacts } from "./UseFacts.tsx";

/** Two secrets while one takes over from the other: the old one's last use tells whether it can go. */
export function KeySecrets({ secrets }: { secrets: Secret[] }) {
  return (
    <Section title="Secrets">
      <Text c="dimmed" mb="xs">
        Both open the key until the older one ends. When nothing uses the older one any more, the change is done.
      </Text>
      {secrets.map((secret, i) => (
        <Facts
          key={secret.id}
          facts={[
            [i === 0 ? "Newest" : "Before it", <code key="id">{secret.id}</code>],
            ["Made", <Time key="made" at={secret.created_at} />],
            ["Ends", secret.valid_until === null ? "When another takes over" : <Time key="ends" at={secret.valid_until} />],
            ["Last used", <UseFacts key="used" use={secret.last_used} />],
          ]}
        />
      ))}
    </Section>
  );
}
