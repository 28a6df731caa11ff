import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconRepeat } from "@tabler/icons-react";
import { useState } from "react";
import { describeError } from "../api/problem.ts";
import type { Delivery, Webhook } from "../api/types.ts";
import { useReplay } from "../api/webhooks.ts";
import { useAccount } from "../session/context.ts";
import { CodeBlock } from "../ui/CodeBlock.tsx";
import { Disclosure } from "../ui/Disclosure.tsx";
import { StateDot, type Tone } from "../ui/StateDot.tsx";
import { Time } from "../ui/Time.tsx";
import { grouped } from "../ui/words.ts";
import { attemptWords } from "./words.ts";
import classes from "./Deliveries.module.css";

const states: Record<Delivery["status"], { tone: Tone; label: string }> = {
  delivered: { tone: "good", label: "Delivered" },
  pending: { tone: "warn", label: "Trying" },
  failed: { tone: "bad", label: "Failed" },
};

/** One message: its state, and unfolded every attempt and what was sent. */
export function DeliveryItem({ webhook, delivery }: { webhook: Webhook; delivery: Delivery }) {
  const { tenant, mayWrite } = useAccount();
  const [open, setOpen] = useState(false);
  const replay = useReplay(tenant.id, webhook.id);
  const { tone, label } = states[delivery.status];

  const again = () => {
    replay.mutate(delivery.id, {
      onSuccess: () => notifications.show({ message: "The message is on its way again, under the same webhook-id." }),
      onError: (error) => notifications.show({ color: "red", title: "Not sent again", message: describeError(error).detail }),
    });
  };

  return (
    <Disclosure
      title={delivery.event}
      state={
        <span className={classes["state"]}>
          <StateDot tone={tone}>{label}</StateDot> <Time at={delivery.created_at} />
        </span>
      }
      open={open}
      onToggle={setOpen}
    >
      {open && (
        <>
          <ol className={classes["attempts"]} aria-label="Attempts">
            {delivery.attempts.map((attempt) => (
              <li key={attempt.at}>
                <span>{attemptWords(attempt)}</span>
                <span>
                  <Time at={attempt.at} />, after {grouped(attempt.duration_ms)} ms
                </span>
              </li>
            ))}
            {delivery.next_attempt_at !== null && (
              <li>
                <span>The next attempt</span>
                <span>
                  <Time at={delivery.next_attempt_at} />
                </span>
              </li>
            )}
          </ol>
          <CodeBlock what="the message" code={JSON.stringify(delivery.payload, null, 2)} />
          <div className={classes["foot"]}>
            <span className="mono">{delivery.event_id}</span>
            {mayWrite && (
              <Button variant="default" size="xs" leftSection={<IconRepeat size={14} aria-hidden />} loading={replay.isPending} disabled={webhook.status === "disabled"} onClick={again}>
                Replay
              </Button>
            )}
          </div>
        </>
      )}
    </Disclosure>
  );
}
