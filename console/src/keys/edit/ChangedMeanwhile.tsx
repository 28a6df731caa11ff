import { Button } from "@mantine/core";
import { useState } from "react";
import { describeError } from "../../api/problem.ts";
import { Notice } from "../../ui/Notice.tsx";
import classes from "./ChangedMeanwhile.module.css";

export function ChangedMeanwhile({ onReload }: { onReload: () => Promise<void> }) {
  const [failure, setFailure] = useState("");
  const reload = () => {
    onReload().catch((error: unknown) => setFailure(describeError(error).detail));
  };
  return (
    <div className={classes["notice"]}>
      <Notice tone="warn" live>
        Someone changed this key after you opened it, so nothing was saved. Load what it is now, then make your change again.
        {failure !== "" && ` ${failure}`}
        <div>
          <Button size="xs" variant="default" mt="xs" onClick={reload}>
            Load the current version
          </Button>
        </div>
      </Notice>
    </div>
  );
}
