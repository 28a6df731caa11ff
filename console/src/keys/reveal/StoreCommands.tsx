import { Tabs, Text } from "@mantine/core";
import { CodeBlock } from "../../ui/CodeBlock.tsx";
import { secretManagers, storeCommand } from "../snippets.ts";

export function StoreCommands({ nickname }: { nickname: string }) {
  return (
    <>
      <Text c="dimmed" mb="sm">
        Run one of these, then paste the key and press Enter. Nothing is echoed, and the key reaches neither the shell's
        history nor the process list.
      </Text>
      <Tabs defaultValue={secretManagers[0]} keepMounted={false}>
        <Tabs.List aria-label="Secret manager" mb="sm">
          {secretManagers.map((manager) => (
            <Tabs.Tab key={manager} value={manager}>
              {manager}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {secretManagers.map((manager) => (
          <Tabs.Panel key={manager} value={manager}>
            <CodeBlock what={`the ${manager} command`} code={storeCommand(manager, nickname)} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
