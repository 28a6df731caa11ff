import type { Delivery, Webhook, WebhookEvent } from "../api/types.ts";

export const events: { value: WebhookEvent; label: string }[] = [
  { value: "alert.opened", label: "An alert opens" },
  { value: "alert.acknowledged", label: "An alert is acknowledged" },
  { value: "key_request.submitted", label: "A third party asks for a key" },
];

export function eventWords(webhook: Pick<Webhook, "events">): string {
  if (webhook.events.length === 0) return "Every event";
  return webhook.events.map((event) => events.find(({ value }) => value === event)?.label ?? event).join(", ");
}

/** "204", "no answer": what came of one attempt. */
export function attemptWords({ status_code: status, error }: Delivery["attempts"][number]): string {
  if (status !== null) return `Answered ${String(status)}`;
  return error ?? "No answer";
}

export function urlError(text: string): string | undefined {
  const url = text.trim();
  if (url === "") return "Enter the address that messages are sent to.";
  if (!URL.canParse(url) || !url.startsWith("https://")) return "Enter a whole address that starts with https://.";
  return url.length > 2048 ? "An address has at most 2,048 characters." : undefined;
}
