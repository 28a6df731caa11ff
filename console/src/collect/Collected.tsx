import { Button, Checkbox, Text, Title } from "@mantine/core";
import { useState } from "react";
import { LeaveGuard } from "../keys/reveal/LeaveGuard.tsx";
import { SecretField } from "../keys/reveal/SecretField.tsx";
import { StoreCommands } from "../keys/reveal/StoreCommands.tsx";
import { CopyButton } from "../ui/CopyButton.tsx";
import { Notice } from "../ui/Notice.tsx";
import { CollectFrame } from "./CollectFrame.tsx";
import classes from "./CollectFrame.module.css";

interface Props {
  /** Empty once it is said to be stored. */
  secret: string;
  nickname: string;
  onDone: () => void;
}

/** The one time that a key is shown to whoever got the link. */
export function Collected({ secret, nickname, onDone }: Props) {
  const [stored, setStored] = useState(false);
  if (secret === "") {
    return (
      <CollectFrame title="Done">
        <Text>The key of {nickname} is off this page, and the link is spent. You can close it.</Text>
      </CollectFrame>
    );
  }
  return (
    <CollectFrame title={`The API key of ${nickname}`} wide>
      <div className={classes["row"]}>
        <SecretField secret={secret} />
        <CopyButton value={secret} what="the API key" primary />
      </div>
      <Notice tone="warn">
        <strong>This is the only time it is shown.</strong> It works from now on, and every call made with it acts on production: give it to one
        application only, and to no chat, ticket or repository.
      </Notice>
      <div>
        <Title order={2} mb="xs">
          Store it in a secret manager
        </Title>
        <StoreCommands nickname={nickname} />
      </div>
      <div className={classes["done"]}>
        <Checkbox label="I have stored it" description="After this page it can't be shown again." checked={stored} onChange={(event) => setStored(event.currentTarget.checked)} />
        <Button disabled={!stored} onClick={onDone}>
          Done
        </Button>
      </div>
      <LeaveGuard stored={stored} onStored={() => setStored(true)} />
    </CollectFrame>
  );
}
