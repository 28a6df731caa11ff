import { Button, Text } from "@mantine/core";
import { IconBan, IconTrash } from "@tabler/icons-react";
import type { ApiKey } from "../../api/types.ts";
import { useNow } from "../../ui/now.ts";
import { Section } from "../../ui/Section.tsx";
import { consequence } from "../actions/consequence.ts";
import { restorableDays } from "../status.ts";
import classes from "./EndKey.module.css";

/** The two ends of a key, with what each breaks. */
export function EndKey({ apiKey, onEnd }: { apiKey: ApiKey; onEnd: (action: "revoke" | "delete") => void }) {
  const now = useNow();
  const revoked = apiKey.status === "revoked";
  return (
    <Section title={revoked ? "Delete this key" : "End this key"} tone="danger">
      {!revoked && (
        <div className={classes["row"]}>
          <Text c="dimmed">
            Revoking ends it for good, from the moment the answer arrives. {consequence(apiKey, now)}
          </Text>
          <Button variant="outline" color="red" className={classes["button"] ?? ""} leftSection={<IconBan size={16} aria-hidden />} onClick={() => onEnd("revoke")}>
            Revoke
          </Button>
        </div>
      )}
      <div className={classes["row"]}>
        <Text c="dimmed">
          Deleting {revoked ? "takes it out of the list" : "refuses its calls too, and takes it out of the list"}. For {restorableDays} days it can be restored; then it is gone, with all that was kept about it but its usage.
        </Text>
        <Button variant="outline" color="red" className={classes["button"] ?? ""} leftSection={<IconTrash size={16} aria-hidden />} onClick={() => onEnd("delete")}>
          Delete
        </Button>
      </div>
    </Section>
  );
}
