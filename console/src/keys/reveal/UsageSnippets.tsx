import { Tabs, Text } from "@mantine/core";
import type { ApiKey, Catalog } from "../../api/types.ts";
import { CodeBlock } from "../../ui/CodeBlock.tsx";
import { languages, sampleOperation, sampleUrl, snippet } from "../snippets.ts";

/** A call that works as pasted, with the key filled in. */
export function UsageSnippets({ apiKey, secret, catalog }: { apiKey: ApiKey; secret: string; catalog: Catalog }) {
  const operation = sampleOperation(catalog, apiKey);
  const url = sampleUrl(catalog, operation);
  return (
    <>
      <Text c="dimmed" mb="sm">
        The application sends the key in the header <code>X-API-KEY</code>. This calls{" "}
        <strong>{operation?.id ?? "the API"}</strong>, which the key may do.
      </Text>
      <Tabs defaultValue="curl" keepMounted={false}>
        <Tabs.List aria-label="Show as" mb="sm">
          {languages.map((language) => (
            <Tabs.Tab key={language} value={language} px="sm">
              {language}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {languages.map((language) => (
          <Tabs.Panel key={language} value={language}>
            <CodeBlock what={`the ${language} example`} code={snippet(language, operation?.method ?? "GET", url, secret)} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
