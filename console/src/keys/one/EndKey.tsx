import { Button, Text } from "@mantine/core";
import { IconBan } from "@tabler/icons-react";
import type { ApiKey } from "../../api/types.ts";
import { useNow } from "../../ui/now.ts";
import { Section } from "../../ui/Section.tsx";
import { consequence } from "../actions/consequence.ts";
import classes from "./EndKey.module.css";

export function EndKey({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  const now = useNow();
  return (
    <Section title="Revoke this key" tone="danger">
      <div className={classes["row"]}>
        <Text c="dimmed">
          Ends it for good, from the moment the answer arrives. {consequence(apiKey, now)}
        </Text>
        <Button variant="outline" color="red" className={classes["button"] ?? ""} leftSection={<IconBan size={16} aria-hidden />} onClick={onRevoke}>
          Revoke
        </Button>
      </div>
    </Section>
  );
}
