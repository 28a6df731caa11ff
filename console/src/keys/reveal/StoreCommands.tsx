import { Tabs, Text } from "@mantine/core";
import { CodeBlock } from "../../ui/CodeBlock.tsx";
import classes from "./StoreCommands.module.css";
import { secretManagers, storeCommand } from "../snippets.ts";

export function StoreCommands({ nickname, renewed = false }: { nickname: string; renewed?: boolean }) {
  return (
    <>
      <Text c="dimmed" mb="sm">
        Run one of these, then paste the key and press Enter. Nothing is echoed, and the key reaches neither the shell's
        history nor the process list.
      </Text>
      <Tabs defaultValue={secretManagers[0].id} keepMounted={false}>
        <Tabs.List aria-label="Secret manager" mb="sm">
          {secretManagers.map(({ id, title }) => (
            <Tabs.Tab key={id} value={id} px="sm" className={classes["tab"] ?? ""}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {secretManagers.map(({ id, title }) => (
          <Tabs.Panel key={id} value={id}>
            <CodeBlock what={`the ${title} command`} code={storeCommand(id, nickname, renewed)} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
