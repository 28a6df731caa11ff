import { Button } from "@mantine/core";
import { useState } from "react";
import type { Webhook } from "../api/types.ts";
import { Section } from "../ui/Section.tsx";
import { DeleteWebhookDialog } from "./DeleteWebhookDialog.tsx";
import { RotateSecretDialog } from "./RotateSecretDialog.tsx";
import classes from "./WebhookPage.module.css";

/** Its secret and its end. */
export function EndWebhook({ webhook }: { webhook: Webhook }) {
  const [asked, setAsked] = useState<"rotate" | "delete" | null>(null);
  return (
    <>
      <Section title="Secret">
        <div className={classes["row"]}>
          <div className={classes["words"]}>
            A new secret signs from now on; for 24 hours messages carry a signature of the old one too, so that the receiver can change over.
          </div>
          <Button variant="default" onClick={() => setAsked("rotate")}>
            Rotate secret
          </Button>
        </div>
      </Section>
      <Section title="Delete this webhook" tone="danger">
        <div className={classes["row"]}>
          <div className={classes["words"]}>Nothing more is sent to it, and its log goes with it.</div>
          <Button variant="outline" color="red" className={classes["delete"] ?? ""} onClick={() => setAsked("delete")}>
            Delete
          </Button>
        </div>
      </Section>
      <RotateSecretDialog webhook={webhook} opened={asked === "rotate"} onClose={() => setAsked(null)} />
      <DeleteWebhookDialog webhook={webhook} opened={asked === "delete"} onClose={() => setAsked(null)} />
    </>
  );
}
