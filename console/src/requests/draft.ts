import type { RequestLink } from "../api/types.ts";
import type { KeyFormValues } from "../keys/form/values.ts";
import { shown } from "../rotation/form/values.ts";

/** What a third party asks for, as the key form holds it. The secret goes to them by mail, if this server sends any. */
export function draftValues(accessType: string, asked: NonNullable<RequestLink["asked"]>, mails: boolean): Partial<KeyFormValues> {
  const { operations = [], channels = [], attributes = [], ip_ranges = [] } = asked.restrictions;
  return {
    nickname: asked.application,
    contactEmail: asked.contact_email,
    accessType,
    operations,
    channels: channels.map(String),
    attributes,
    networks: ip_ranges.join("\n"),
    handOver: mails ? { kind: "link", manager: "", path: "" } : shown,
  };
}
