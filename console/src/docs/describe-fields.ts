import { limitsOf, typeWords } from "./describe.ts";
import { flatten, type Document, type Schema } from "./openapi.ts";

export interface Field {
  name: string;
  type: string;
  required: boolean;
  limits: string[];
  description: string;
  schema: Schema;
}

/** The members of an object schema; none for anything else. */
export function describe(document: Document, schema: Schema): Field[] {
  const flat = flatten(document, schema);
  return Object.entries(flat.properties ?? {}).map(([name, property]) => {
    const own = flatten(document, property);
    return {
      name,
      type: typeWords(document, property),
      required: flat.required?.includes(name) ?? false,
      limits: limitsOf(own),
      description: property.description ?? own.description ?? "",
      schema: property,
    };
  });
}
