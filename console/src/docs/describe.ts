import { flatten, nameOf, type Document, type Schema } from "./openapi.ts";

/** A schema's type in a few words: "string or null", "list of ApiKey". */
export function typeWords(document: Document, schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map((part) => typeWords(document, part)).join(" or ");
  const name = nameOf(schema);
  const flat = flatten(document, schema);
  if (flat.anyOf) return typeWords(document, { anyOf: flat.anyOf });
  if (flat.const !== undefined) return JSON.stringify(flat.const);
  const types = Array.isArray(flat.type) ? flat.type : [flat.type ?? "any"];
  return types
    .map((type) => {
      if (type === "array") return `list of ${flat.items ? typeWords(document, flat.items) : "anything"}`;
      if (type === "object") return name ?? "object";
      return flat.format === "date-time" && type === "string" ? "time" : type;
    })
    .join(" or ");
}

/** The limits that a value must keep, as short notes. */
export function limitsOf(schema: Schema): string[] {
  const notes: string[] = [];
  if (schema.enum) notes.push(`one of ${schema.enum.map(String).join(", ")}`);
  if (schema.format === "email") notes.push("an email address");
  if (schema.minLength !== undefined || schema.maxLength !== undefined) {
    notes.push(range(schema.minLength, schema.maxLength, "characters"));
  }
  if (schema.minimum !== undefined || schema.maximum !== undefined) notes.push(range(schema.minimum, schema.maximum, ""));
  if (schema.maxItems !== undefined) notes.push(`up to ${String(schema.maxItems)} items`);
  if (schema.default !== undefined) notes.push(`default ${JSON.stringify(schema.default)}`);
  return notes;
}

function range(low: number | undefined, high: number | undefined, unit: string): string {
  const words = low === undefined ? `up to ${String(high)}` : high === undefined ? `at least ${String(low)}` : `${String(low)} to ${String(high)}`;
  return `${words} ${unit}`.trim();
}

/** A value in the schema's shape, from its own examples where it gives them. */
export function exampleOf(document: Document, schema: Schema): unknown {
  const flat = flatten(document, schema);
  if (flat.example !== undefined) return flat.example;
  if (flat.const !== undefined) return flat.const;
  if (flat.default !== undefined) return flat.default;
  if (flat.enum) return flat.enum[0];
  if (flat.anyOf?.[0]) return exampleOf(document, flat.anyOf[0]);
  switch (Array.isArray(flat.type) ? flat.type[0] : flat.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(flat.properties ?? {}).map(([name, property]) => [name, exampleNamed(document, name, property)]),
      );
    case "array":
      return flat.items ? [exampleOf(document, flat.items)] : [];
    case "integer":
    case "number":
      return flat.minimum ?? 1;
    case "boolean":
      return false;
    default:
      return flat.format === "date-time" ? "2026-05-01T09:30:00.000Z" : flat.format === "email" ? "dana@acme.example" : "…";
  }
}

/** Where the schema says only "string", the field's name says what to expect. */
function exampleNamed(document: Document, name: string, schema: Schema): unknown {
  const made = exampleOf(document, schema);
  if (made !== "…") return made;
  if (name === "tenant_id") return "ten_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5";
  if (name.includes("email")) return "dana@acme.example";
  return made;
}
