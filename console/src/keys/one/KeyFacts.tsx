import type { ReactNode } from "react";
import type { ApiKey } from "../../api/types.ts";
import { Section } from "../../ui/Section.tsx";
import { Time } from "../../ui/Time.tsx";
import { CopyButton } from "../../ui/CopyButton.tsx";
import { Facts } from "./Facts.tsx";
import { UseFacts } from "./UseFacts.tsx";
import classes from "./KeyFacts.module.css";

export function KeyFacts({ apiKey }: { apiKey: ApiKey }) {
  const facts: [string, ReactNode][] = [
    ["Contact email", <a key="mail" href={`mailto:${apiKey.contact_email}`} className={classes["mail"]}>{apiKey.contact_email}</a>],
    ["Last used", <UseFacts key="used" use={apiKey.last_used} />],
    ["Created", <span key="made"><Time at={apiKey.created_at} /> by {apiKey.created_by.name}</span>],
    ["Last changed", apiKey.version === 1 ? "Never" : <Time key="changed" at={apiKey.updated_at} />],
    ["Expires", apiKey.expires_at === null ? "Never" : <Time key="expires" at={apiKey.expires_at} />],
    [
      "Id",
      <span key="id" className={classes["id"]}>
        <code>{apiKey.id}</code> <CopyButton value={apiKey.id} what="the key's id" />
      </span>,
    ],
  ];
  return (
    <Section title="About it">
      <Facts facts={facts} />
    </Section>
  );
}
