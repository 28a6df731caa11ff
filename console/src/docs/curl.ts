import { exampleOf } from "./describe.ts";
import { resolve, type Document, type Operation } from "./openapi.ts";

/** A call of the operation as a program makes it: with the operator key where it is taken. */
export function curlOf(document: Document, operation: Operation): string {
  const parameters = (operation.parameters ?? []).map((each) => resolve(document, each));
  const path = parameters
    .filter((each) => each.in === "path")
    .reduce((url, each) => url.replace(`{${each.name}}`, each.name.toUpperCase()), operation.path);
  const lines = [`curl ${operation.method === "GET" ? "" : `-X ${operation.method} `}"$LATCHKEY_URL${path}"`];
  const needs = (operation.security ?? document.security ?? []).flatMap((each) => Object.keys(each));
  if (needs.includes("operator_key")) lines.push(`-H "Authorization: Bearer $LATCHKEY_OPERATOR_KEY"`);
  else if (needs.includes("api_key")) lines.push(`-H "X-API-KEY: $API_KEY"`);
  else if (needs.includes("session")) lines.push(`-b cookies.txt`);
  const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  if (schema) {
    lines.push(`-H "Content-Type: application/json"`);
    lines.push(`-d '${JSON.stringify(exampleOf(document, schema), null, 2)}'`);
  }
  return lines.join(" \\\n  ");
}
