import { Button, Group, Modal, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { describeError } from "../api/problem.ts";
import { useEndRequestLink } from "../api/requests.ts";
import type { RequestLink } from "../api/types.ts";
import { useAccount } from "../session/context.ts";
import { Section } from "../ui/Section.tsx";

const endings = {
  withdraw: {
    title: "Withdraw the link",
    text: "It can’t be filled in any more. Whoever opens it is told to ask for a new one.",
    question: "Withdraw this request link?",
    button: "Withdraw link",
    done: "The link was withdrawn.",
  },
  decline: {
    title: "Decline",
    text: "No key is made. Whoever opens the link is told that the request was declined; nobody is mailed.",
    question: "Decline this request?",
    button: "Decline request",
    done: "The request was declined.",
  },
} as const;

/** The way out without a key: declining what was asked for, or withdrawing what nobody filled in. */
export function EndLink({ link }: { link: RequestLink }) {
  const { tenant } = useAccount();
  const how = link.status === "open" ? "withdraw" : "decline";
  const words = endings[how];
  const end = useEndRequestLink(tenant.id, how);
  const [asking, setAsking] = useState(false);
  const confirm = () => {
    end.mutate(link.id, {
      onSuccess: () => {
        setAsking(false);
        notifications.show({ message: words.done });
      },
    });
  };
  return (
    <Section title={words.title} tone="danger">
      <Group justify="space-between">
        <Text maw={460}>{words.text}</Text>
        <Button variant="default" onClick={() => setAsking(true)}>
          {words.title}…
        </Button>
      </Group>
      <Modal opened={asking} onClose={() => setAsking(false)} title={words.question} closeButtonProps={{ "aria-label": "Close" }}>
        <Text>{words.text}</Text>
        {end.error && (
          <Text c="var(--mantine-color-error)" mt="sm" role="alert">
            {describeError(end.error).detail}
          </Text>
        )}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
            Leave it
          </Button>
          <Button color="red.8" loading={end.isPending} onClick={confirm}>
            {words.button}
          </Button>
        </Group>
      </Modal>
    </Section>
  );
}
