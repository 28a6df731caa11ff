import { Kbd, Modal, Switch } from "@mantine/core";
import { setShortcutsEnabled, useShortcutsEnabled } from "../ui/shortcuts.ts";
import classes from "./KeyboardMap.module.css";

const map: [key: string, what: string][] = [
  ["n", "New API key"],
  ["/", "Search the keys"],
  ["Esc", "Close a dialog or menu, clear the search"],
  ["?", "Show this map"],
];

export function KeyboardMap({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const enabled = useShortcutsEnabled();
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" closeButtonProps={{ "aria-label": "Close" }}>
      <dl className={classes["map"]}>
        {map.map(([key, what]) => (
          <div key={key} className={classes["row"]}>
            <dt>{what}</dt>
            <dd>
              <Kbd>{key}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
      <Switch
        label="Use single-key shortcuts"
        description="Switch off if you control the computer by voice."
        checked={enabled}
        onChange={(event) => setShortcutsEnabled(event.currentTarget.checked)}
      />
    </Modal>
  );
}
