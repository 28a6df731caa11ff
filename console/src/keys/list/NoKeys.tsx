import { Button, Text, Title } from "@mantine/core";
import { Link } from "react-router";
import { places } from "../../places.ts";
import { Mark } from "../../ui/Logo.tsx";
import classes from "./NoKeys.module.css";

/** Before the first key: what a key is for, and the three steps to one that works. */
export function NoKeys({ mayWrite }: { mayWrite: boolean }) {
  return (
    <div className={classes["empty"]}>
      <Mark size={36} />
      <Title order={2}>No API keys yet</Title>
      <Text c="dimmed" maw={460}>
        An application shows its key with every request. The key says who is calling and what they may do.
      </Text>
      <ol className={classes["steps"]}>
        <li>Name the application, and who to tell when something happens to its key.</li>
        <li>Choose what it may reach: everything, or only some operations, channels and attributes.</li>
        <li>Store the key in a secret manager. It is shown once.</li>
      </ol>
      {mayWrite ? (
        <Button component={Link} to={places.newApiKey} aria-label="Make your first key">
          Make your first key
        </Button>
      ) : (
        <Text>Ask an admin of your account to make one.</Text>
      )}
    </div>
  );
}
