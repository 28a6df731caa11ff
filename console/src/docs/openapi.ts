import { parse } from "yaml";

// As much of OpenAPI 3.1 as api/openapi.yaml uses.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  example?: unknown;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  allOf?: Schema[];
  anyOf?: Schema[];
}

export interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  example?: unknown;
}

export interface Content {
  content?: Record<string, { schema?: Schema }>;
}

export interface ResponseObject extends Content {
  $ref?: string;
  description?: string;
}

export interface OperationObject {
  operationId: string;
  tags?: string[];
  summary?: string;
  description?: string;
  security?: Record<string, string[]>[];
  parameters?: Parameter[];
  requestBody?: Content & { required?: boolean };
  responses: Record<string, ResponseObject>;
}

interface SecurityScheme {
  type: string;
  scheme?: string;
  in?: string;
  name?: string;
  description?: string;
}

interface PathItem {
  parameters?: Parameter[];
  get?: OperationObject;
  post?: OperationObject;
  put?: OperationObject;
  patch?: OperationObject;
  delete?: OperationObject;
}

export interface Document {
  info: { title: string; version: string; summary?: string; description?: string };
  tags?: { name: string; description?: string }[];
  security?: Record<string, string[]>[];
  paths: Record<string, PathItem>;
  components: {
    securitySchemes?: Record<string, SecurityScheme>;
    schemas?: Record<string, Schema>;
    parameters?: Record<string, Parameter>;
    responses?: Record<string, ResponseObject>;
  };
}

export interface Operation extends OperationObject {
  method: string;
  path: string;
}

const methods = ["get", "post", "put", "patch", "delete"] as const;

export function parseDocument(text: string): Document {
  return parse(text, { maxAliasCount: 100 }) as Document;
}

/** The operations, with their path's parameters folded in, grouped by their first tag in the document's order. */
export function operationsByTag(document: Document): { name: string; description: string; operations: Operation[] }[] {
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (!operation) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
      return [{ ...operation, parameters, method: method.toUpperCase(), path }];
    }),
  );
  return (document.tags ?? []).map(({ name, description = "" }) => ({
    name,
    description,
    operations: all.filter((operation) => operation.tags?.[0] === name),
  }));
}

/** What a reference stands for; anything else unchanged. */
export function resolve<T extends { $ref?: string }>(document: Document, value: T): T {
  if (value.$ref === undefined) return value;
  let at: unknown = document;
  for (const step of value.$ref.replace(/^#\//, "").split("/")) {
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[step] : undefined;
  }
  return (at ?? {}) as T;
}

/** The schema's own name, when it has one. */
export function nameOf(schema: Schema): string | null {
  return schema.$ref?.split("/").at(-1) ?? null;
}

/** Resolved, and with `allOf` and "or null" folded together. */
export function flatten(document: Document, schema: Schema): Schema {
  const resolved = resolve(document, schema);
  if (resolved.allOf) {
    const parts = resolved.allOf.map((part) => flatten(document, part));
    return {
      ...resolved,
      type: "object",
      properties: Object.assign({}, ...parts.map((part) => part.properties ?? {})) as Record<string, Schema>,
      required: parts.flatMap((part) => part.required ?? []),
    };
  }
  return resolved;
}
