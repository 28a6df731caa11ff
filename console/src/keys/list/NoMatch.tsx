import { Button, Text, Title } from "@mantine/core";
import { IconSearchOff } from "@tabler/icons-react";
import classes from "./NoKeys.module.css";

export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <div className={classes["empty"]} role="status">
      <IconSearchOff size={28} stroke={1.5} aria-hidden />
      <Title order={2}>No key matches</Title>
      <Text c="dimmed">Try fewer words, or another status or access type.</Text>
      <Button variant="default" onClick={onClear}>
        Clear search and filters
      </Button>
    </div>
  );
}
