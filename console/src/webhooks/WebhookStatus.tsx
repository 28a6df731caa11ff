import type { Webhook } from "../api/types.ts";
import { StateDot } from "../ui/StateDot.tsx";

/** Whether it takes messages, and whether they arrive. */
export function WebhookStatus({ webhook }: { webhook: Webhook }) {
  if (webhook.status === "disabled") return <StateDot tone="quiet">Disabled</StateDot>;
  if (webhook.last_delivery !== null && !webhook.last_delivery.ok) return <StateDot tone="warn">Active, failing</StateDot>;
  return <StateDot tone="good">Active</StateDot>;
}
