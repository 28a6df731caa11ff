import type { ReactNode } from "react";
import type { RequestLink } from "../api/types.ts";
import { Facts } from "../keys/one/Facts.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Section } from "../ui/Section.tsx";
import { Time } from "../ui/Time.tsx";
import { counted } from "../ui/words.ts";
import classes from "./RequestLinkPage.module.css";

/** Who filled the link in, by their own account. */
export function WhoAsks({ link, asked }: { link: RequestLink; asked: NonNullable<RequestLink["asked"]> }) {
  const facts: [string, ReactNode][] = [["Name", asked.asker]];
  if (asked.organisation !== null) facts.push(["Organisation", asked.organisation]);
  facts.push(["Contact Email", asked.contact_email], ["Application", asked.application]);
  if (asked.purpose !== null) {
    facts.push([
      "What for",
      <p key="purpose" className={classes["prose"]}>
        {asked.purpose}
      </p>,
    ]);
  }
  if (link.submitted_at !== null) {
    facts.push([
      "Sent",
      <span key="sent">
        <Time at={link.submitted_at} />
        {link.submissions > 1 && `, corrected ${counted(link.submissions - 1, "time")}`}
      </span>,
    ]);
  }
  return (
    <Section title="Who asks">
      <Facts facts={facts} />
      {link.status === "submitted" && (
        <Notice tone="warn">
          <strong>Anybody with the link could have written this.</strong> Make sure that you know them, and that the address is theirs, before you activate a
          key for them.
        </Notice>
      )}
    </Section>
  );
}
