import { Button, Modal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { places } from "../places.ts";
import { sessionResumed, useSessionEnded } from "./ended.ts";
import { SignInForm } from "./SignInForm.tsx";
import { useSignIn } from "./session.ts";

/** The session ended in the middle of the work: sign in on the spot, and go on where one was. */
export function ResumeDialog({ email }: { email: string }) {
  const ended = useSessionEnded();
  const signIn = useSignIn();
  const client = useQueryClient();

  const resume = async (given: string, password: string) => {
    await signIn(given, password);
    sessionResumed();
    await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "session" });
  };

  return (
    <Modal
      opened={ended}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Your session has ended"
      zIndex={400}
    >
      <Text c="dimmed" mb="md">
        Sign in again to go on. Nothing on this page is lost.
      </Text>
      <SignInForm email={email} onSubmit={resume} />
      <Button
        variant="subtle"
        color="gray"
        fullWidth
        mt="xs"
        // A page load, so that nothing of this account stays in memory.
        onClick={() => window.location.assign(places.login)}
      >
        Use another account
      </Button>
    </Modal>
  );
}
