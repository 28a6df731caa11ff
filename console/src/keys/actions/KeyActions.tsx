import { notifications } from "@mantine/notifications";
import { useState, type ReactNode } from "react";
import { useKeyAction, type KeyAction } from "../../api/keys.ts";
import { describeError } from "../../api/problem.ts";
import type { ApiKey } from "../../api/types.ts";
import { receiptNotification } from "../../nodes/receipt.ts";
import { DisableDialog } from "./DisableDialog.tsx";
import { EndDialog } from "./EndDialog.tsx";

const done: Record<KeyAction, string> = {
  disable: "is disabled. Its calls are refused from now on.",
  enable: "is enabled. Its calls are let through again.",
  revoke: "is revoked. Its calls are refused for good.",
  delete: "is deleted. It is found under the status Deleted, and can be restored for 30 days.",
  restore: "is restored, as it was.",
};

/** Starts an action on a key, with the dialog that it needs; `dialogs` must be rendered once. */
export function useKeyActions(): { start: (action: KeyAction, key: ApiKey) => void; dialogs: ReactNode } {
  const mutation = useKeyAction();
  const [asked, setAsked] = useState<{ action: KeyAction; key: ApiKey } | null>(null);

  const run = (action: KeyAction, key: ApiKey, nickname?: string) => {
    mutation.mutate(
      { key, action, ...(nickname === undefined ? {} : { nickname }) },
      {
        onSuccess: (changed) => {
          setAsked(null);
          notifications.show(receiptNotification(`${changed.nickname} ${done[action]}`, changed.receipt));
        },
        onError: (error) => {
          // A dialog shows its own error, beside the button that was pressed.
          if (action !== "enable" && action !== "restore") return;
          notifications.show({
            color: "red",
            title: `${key.nickname} is still ${action === "enable" ? "disabled" : "deleted"}`,
            message: describeError(error).detail,
          });
        },
      },
    );
  };

  const start = (action: KeyAction, key: ApiKey) => {
    mutation.reset();
    if (action === "enable" || action === "restore") run(action, key);
    else setAsked({ action, key });
  };

  const dialogProps = (action: KeyAction) => ({
    apiKey: asked?.action === action ? asked.key : null,
    busy: mutation.isPending,
    error: mutation.error,
    onClose: () => setAsked(null),
  });

  return {
    start,
    dialogs: (
      <>
        <DisableDialog {...dialogProps("disable")} onConfirm={(key) => run("disable", key)} />
        <EndDialog action="revoke" {...dialogProps("revoke")} onConfirm={(key, nickname) => run("revoke", key, nickname)} />
        <EndDialog action="delete" {...dialogProps("delete")} onConfirm={(key, nickname) => run("delete", key, nickname)} />
      </>
    ),
  };
}
