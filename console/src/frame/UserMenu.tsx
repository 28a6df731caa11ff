import { Menu, UnstyledButton, VisuallyHidden, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDeviceDesktop, IconKeyboard, IconLogout, IconMoon, IconSelector, IconSun } from "@tabler/icons-react";
import { describeError } from "../api/problem.ts";
import { useAccount } from "../session/context.ts";
import { useSignOut } from "../session/session.ts";
import classes from "./UserMenu.module.css";

const schemes: { value: MantineColorScheme; label: string; Icon: typeof IconSun }[] = [
  { value: "auto", label: "System", Icon: IconDeviceDesktop },
  { value: "light", label: "Light", Icon: IconSun },
  { value: "dark", label: "Dark", Icon: IconMoon },
];

const roles = { owner: "Owner", admin: "Admin", viewer: "Viewer: can look, not change" } as const;

export function UserMenu({ onKeyboardMap }: { onKeyboardMap: () => void }) {
  const { session } = useAccount();
  const signOut = useSignOut();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { user } = session;
  const name = user.name || user.email;

  const leave = () => {
    signOut().catch((error: unknown) => {
      notifications.show({ color: "red", title: "You are still signed in", message: describeError(error).detail });
    });
  };

  return (
    <Menu position="top-start" width={232}>
      <Menu.Target>
        <UnstyledButton className={classes["user"]}>
          <VisuallyHidden>Account menu of</VisuallyHidden>
          <span className={classes["avatar"]} aria-hidden>
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className={classes["words"]}>
            <span className={classes["name"]}>{name}</span>
            <span className={classes["role"]}>{roles[user.role]}</span>
          </span>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user.email}</Menu.Label>
        <Menu.Divider />
        <Menu.Label>Theme</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {schemes.map(({ value, label, Icon }) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick={false} rightSection={<Icon size={16} aria-hidden />}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} rightSection={<kbd>?</kbd>} onClick={onKeyboardMap}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={leave}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
