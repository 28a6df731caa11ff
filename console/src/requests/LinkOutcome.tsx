import { Anchor, Text } from "@mantine/core";
import { Link } from "react-router";
import type { RequestLink } from "../api/types.ts";
import { places } from "../places.ts";
import { useAccount } from "../session/context.ts";
import { Notice } from "../ui/Notice.tsx";
import { Section } from "../ui/Section.tsx";
import { Time } from "../ui/Time.tsx";
import classes from "./RequestLinkPage.module.css";

/** Where the link stands, in a sentence, and what its maker wrote. */
export function LinkOutcome({ link }: { link: RequestLink }) {
  const { mayWrite } = useAccount();
  const by = link.ended_by ? ` by ${link.ended_by.name}` : "";
  const ended = link.ended_at !== null && <Time at={link.ended_at} />;
  switch (link.status) {
    case "open":
    case "expired":
      return (
        <Section title="The link">
          {link.note !== null && <blockquote className={classes["quote"]}>{link.note}</blockquote>}
          <Text>
            Made by {link.created_by.name} <Time at={link.created_at} />.{" "}
            {link.status === "open" ? (
              <>
                Nobody has filled it in yet; it expires <Time at={link.expires_at} />. The link itself was shown when it was made, and can’t be shown
                again.
              </>
            ) : (
              <>
                Nobody filled it in before it expired <Time at={link.expires_at} />. Make a new one if it is still wanted.
              </>
            )}
          </Text>
        </Section>
      );
    case "submitted":
      return mayWrite ? null : <Notice tone="info">An admin of your account decides whether they get a key.</Notice>;
    case "activated":
      return (
        <Notice tone="info">
          Activated {ended}
          {by}. It became{" "}
          {link.key_id === null ? (
            "a key"
          ) : (
            <Anchor component={Link} to={places.apiKey(link.key_id)} underline="always">
              this key
            </Anchor>
          )}
          .
        </Notice>
      );
    case "declined":
      return (
        <Notice tone="info">
          Declined {ended}
          {by}. Whoever opens the link is told so.
        </Notice>
      );
    case "withdrawn":
      return (
        <Notice tone="info">
          Withdrawn {ended}
          {by}, before anybody had filled it in.
        </Notice>
      );
  }
}
