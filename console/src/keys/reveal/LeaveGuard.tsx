import { Button, Checkbox, Group, Modal, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useBlocker } from "react-router";

interface Props {
  stored: boolean;
  onStored: () => void;
}

/** Holds back links, the back button, shortcuts, reload and closing until the key is said to be stored. */
export function LeaveGuard({ stored, onStored }: Props) {
  const blocker = useBlocker(!stored);
  const [ticked, setTicked] = useState(false);

  useEffect(() => {
    if (stored) return;
    const hold = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", hold);
    return () => window.removeEventListener("beforeunload", hold);
  }, [stored]);

  const stay = () => {
    setTicked(false);
    blocker.reset?.();
  };
  const leave = () => {
    onStored();
    blocker.proceed?.();
  };

  return (
    <Modal
      opened={blocker.state === "blocked"}
      onClose={stay}
      closeOnClickOutside={false}
      withCloseButton={false}
      title="Is the key stored?"
    >
      <Text mb="md">It can't be shown again once you leave this page. Whoever needs it later must make another.</Text>
      <Checkbox label="I have stored it" checked={ticked} onChange={(event) => setTicked(event.currentTarget.checked)} />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" disabled={!ticked} onClick={leave}>
          Leave
        </Button>
        <Button onClick={stay} data-autofocus>
          Stay here
        </Button>
      </Group>
    </Modal>
  );
}
