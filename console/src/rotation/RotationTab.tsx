import { notifications } from "@mantine/notifications";
import { useEffect, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { useKey } from "../api/keys.ts";
import type { ApiKey } from "../api/types.ts";
import { StateNotice } from "../keys/one/StateNotice.tsx";
import { useOpenKey, useReveal } from "../keys/one/context.ts";
import { isRotating } from "../keys/status.ts";
import { useAccount } from "../session/context.ts";
import { useNow } from "../ui/now.ts";
import { EndedSecrets } from "./EndedSecrets.tsx";
import { HandOvers } from "./HandOvers.tsx";
import { OneSecret } from "./OneSecret.tsx";
import { RotateDialog } from "./RotateDialog.tsx";
import { TwoSecrets } from "./TwoSecrets.tsx";
import classes from "./RotationTab.module.css";

/** The secret of a key, and its exchange for another. */
export function RotationTab() {
  const apiKey = useOpenKey();
  const reveal = useReveal();
  const { mayWrite } = useAccount();
  const navigate = useNavigate();
  const location = useLocation();
  const now = useNow();
  const rotating = isRotating(apiKey, now);
  const mayRotate = mayWrite && apiKey.status !== "revoked" && apiKey.status !== "deleted";
  const asked = location.hash === "#rotate";
  const [opened, setOpened] = useState(asked && mayRotate);
  // Who still uses the old secret, and whether the new one has arrived, changes while one looks.
  useKey(apiKey.tenant_id, apiKey.id, { live: rotating });

  // Asked for once: a reload should not open the dialog anew.
  useEffect(() => {
    if (asked) void navigate(location.pathname, { replace: true });
  }, [asked, navigate, location.pathname]);

  const rotated = (key: ApiKey, secret: string | null) => {
    setOpened(false);
    if (secret !== null) reveal(key, secret);
    else notifications.show({ message: `${key.nickname} has a new secret. ${onItsWay(key)}` });
  };

  const onRotate = mayRotate ? () => setOpened(true) : null;
  return (
    <div className={classes["stack"]}>
      <StateNotice apiKey={apiKey} />
      {rotating ? <TwoSecrets apiKey={apiKey} onRotate={onRotate} /> : <OneSecret apiKey={apiKey} onRotate={onRotate} />}
      <HandOvers apiKey={apiKey} />
      <EndedSecrets apiKey={apiKey} />
      {mayRotate && <RotateDialog apiKey={apiKey} opened={opened} onClose={() => setOpened(false)} onRotated={rotated} />}
    </div>
  );
}

function onItsWay({ hand_over: to, contact_email: contact }: ApiKey): string {
  return to.kind === "link" ? `A link to it is mailed to ${contact}.` : `It is on its way to ${to.manager ?? "its secret manager"}.`;
}
