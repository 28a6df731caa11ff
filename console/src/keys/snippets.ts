import { allOperations } from "../api/catalog.ts";
import type { ApiKey, Catalog, Operation } from "../api/types.ts";

export const languages = ["curl", "Node", "Python", "Go"] as const;
export type Language = (typeof languages)[number];

/** Where `serve` listens when nothing else is said; a server that knows better says so in the catalog. */
const defaultGateway = "http://127.0.0.1:8081";

/** An operation that works as pasted: a GET that the key may call, without a parameter in the path or a restriction in play. */
export function sampleOperation(catalog: Catalog, key: Pick<ApiKey, "access_type" | "restrictions">): Operation | undefined {
  const chosen = new Set(key.restrictions.operations);
  const callable = allOperations(catalog).filter(
    (op) => op.access_types.includes(key.access_type) && (chosen.size === 0 || chosen.has(op.id)),
  );
  const simple = callable.filter((op) => op.method === "GET" && !op.path.includes("{"));
  return simple.find((op) => !op.channels && !op.attributes) ?? simple[0] ?? callable[0];
}

export function sampleUrl(catalog: Catalog, operation: Operation | undefined): string {
  return (catalog.gateway_url ?? defaultGateway).replace(/\/$/, "") + (operation?.path ?? "/");
}

export function snippet(language: Language, method: string, url: string, secret: string): string {
  switch (language) {
    case "curl":
      return `curl ${method === "GET" ? "" : `-X ${method} `}'${url}' \\\n  -H 'X-API-KEY: ${secret}'`;
    case "Node":
      return [
        `const response = await fetch("${url}", {`,
        ...(method === "GET" ? [] : [`  method: "${method}",`]),
        `  headers: { "X-API-KEY": "${secret}" },`,
        `});`,
        `console.log(response.status, await response.text());`,
      ].join("\n");
    case "Python":
      return [
        `from urllib.request import Request, urlopen`,
        ``,
        `request = Request("${url}", method="${method}",`,
        `                  headers={"X-API-KEY": "${secret}"})`,
        `with urlopen(request) as response:`,
        `    print(response.status, response.read().decode())`,
      ].join("\n");
    case "Go":
      return [
        `package main`,
        ``,
        `import (`,
        `\t"fmt"`,
        `\t"io"`,
        `\t"net/http"`,
        `)`,
        ``,
        `func main() {`,
        `\trequest, err := http.NewRequest("${method}", "${url}", nil)`,
        `\tif err != nil {`,
        `\t\tpanic(err)`,
        `\t}`,
        `\trequest.Header.Set("X-API-KEY", "${secret}")`,
        `\tresponse, err := http.DefaultClient.Do(request)`,
        `\tif err != nil {`,
        `\t\tpanic(err)`,
        `\t}`,
        `\tdefer response.Body.Close()`,
        `\tbody, err := io.ReadAll(response.Body)`,
        `\tif err != nil {`,
        `\t\tpanic(err)`,
        `\t}`,
        `\tfmt.Println(response.Status, string(body))`,
        `}`,
      ].join("\n");
  }
}

export const secretManagers = [
  { id: "vault", title: "HashiCorp Vault" },
  { id: "aws", title: "AWS Secrets Manager" },
] as const;
export type SecretManager = (typeof secretManagers)[number]["id"];

/** A name that every secret manager takes: letters, digits and dashes. */
export function secretName(nickname: string): string {
  const plain = nickname
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `latchkey/${plain || "api-key"}`;
}

// `read -rs` takes the pasted key without echoing it, and `printf` is built into the shell: the key is in no history
// file and no process list. One command each, because a shell would feed further pasted lines to `read`.
/** `renewed`: what is stored there already gets a new value. */
export function storeCommand(manager: SecretManager, nickname: string, renewed = false): string {
  const ask = `read -rs KEY && printf %s "$KEY" |`;
  const name = secretName(nickname);
  switch (manager) {
    case "vault":
      return `${ask} \\\n  vault kv put -mount=secret ${name} key=-; unset KEY`;
    case "aws":
      return `${ask} \\\n  aws secretsmanager ${renewed ? "put-secret-value --secret-id" : "create-secret --name"} ${name} \\\n  --secret-string file:///dev/stdin; unset KEY`;
  }
}
