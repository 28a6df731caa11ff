import { describe } from "./describe-fields.ts";
import { Inline } from "./Prose.tsx";
import { flatten, type Document, type Schema } from "./openapi.ts";
import classes from "./SchemaView.module.css";

interface Props {
  document: Document;
  schema: Schema;
  /** How deep it stands; what lies deeper than the third level is named, not drawn. */
  level?: number;
}

/** The fields of an object, each with its type, its limits and what it means. */
export function SchemaView({ document, schema, level = 0 }: Props) {
  const fields = describe(document, schema);
  if (fields.length === 0) return null;
  return (
    <ul className={classes["fields"]} data-nested={level > 0 || undefined}>
      {fields.map((field) => (
        <li key={field.name} className={classes["field"]}>
          <div className={classes["line"]}>
            <code className={classes["name"]}>{field.name}</code>
            <span className={classes["type"]}>{field.type}</span>
            {field.required && <span className={classes["required"]}>required</span>}
          </div>
          {field.limits.length > 0 && <div className={classes["limits"]}>{field.limits.join("; ")}</div>}
          {field.description !== "" && (
            <div>
              <Inline text={field.description} />
            </div>
          )}
          {level < 3 && <SchemaView document={document} schema={inner(document, field.schema)} level={level + 1} />}
        </li>
      ))}
    </ul>
  );
}

function inner(document: Document, schema: Schema): Schema {
  const flat = flatten(document, schema);
  return flat.items ? flatten(document, flat.items) : flat;
}
