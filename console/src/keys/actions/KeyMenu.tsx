import { ActionIcon, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconArrowBackUp, IconBan, IconCopy, IconDots, IconEye, IconPlayerPause, IconPlayerPlay, IconRefresh, IconTrash } from "@tabler/icons-react";
import { Link } from "react-router";
import type { KeyAction } from "../../api/keys.ts";
import type { ApiKey } from "../../api/types.ts";
import { places } from "../../places.ts";
import { useAccount } from "../../session/context.ts";
import classes from "./KeyMenu.module.css";

async function copyId(key: ApiKey): Promise<void> {
  try {
    await navigator.clipboard.writeText(key.id);
    notifications.show({ message: `Copied the id of ${key.nickname}.` });
  } catch {
    notifications.show({ color: "red", title: "Not copied", message: `The browser did not allow it. The id is ${key.id}.` });
  }
}

export function KeyMenu({ apiKey, onAction }: { apiKey: ApiKey; onAction: (action: KeyAction, key: ApiKey) => void }) {
  const { mayWrite } = useAccount();
  const icon = { size: 16, "aria-hidden": true } as const;
  return (
    <Menu position="bottom-end" width={176}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Actions for ${apiKey.nickname}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to={places.apiKey(apiKey.id)} leftSection={<IconEye {...icon} />}>
          Open
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy {...icon} />} onClick={() => void copyId(apiKey)}>
          Copy id
        </Menu.Item>
        {mayWrite && <Menu.Divider />}
        {mayWrite && apiKey.status === "deleted" && (
          <Menu.Item leftSection={<IconArrowBackUp {...icon} />} onClick={() => onAction("restore", apiKey)}>
            Restore
          </Menu.Item>
        )}
        {mayWrite && apiKey.status !== "revoked" && apiKey.status !== "deleted" && (
          <>
            <Menu.Item component={Link} to={places.rotateApiKey(apiKey.id)} leftSection={<IconRefresh {...icon} />}>
              Rotate…
            </Menu.Item>
            {apiKey.status === "disabled" ? (
              <Menu.Item leftSection={<IconPlayerPlay {...icon} />} onClick={() => onAction("enable", apiKey)}>
                Enable
              </Menu.Item>
            ) : (
              <Menu.Item leftSection={<IconPlayerPause {...icon} />} onClick={() => onAction("disable", apiKey)}>
                Disable…
              </Menu.Item>
            )}
            <Menu.Item className={classes["revoke"] ?? ""} leftSection={<IconBan {...icon} />} onClick={() => onAction("revoke", apiKey)}>
              Revoke…
            </Menu.Item>
          </>
        )}
        {mayWrite && apiKey.status !== "deleted" && (
          <Menu.Item className={classes["revoke"] ?? ""} leftSection={<IconTrash {...icon} />} onClick={() => onAction("delete", apiKey)}>
            Delete…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
