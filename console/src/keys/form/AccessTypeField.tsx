import { Input } from "@mantine/core";
import { useId } from "react";
import type { AccessType } from "../../api/types.ts";
import { counted } from "../../ui/words.ts";
import classes from "./AccessTypeField.module.css";

interface Props {
  types: AccessType[];
  /** How many operations the API has. */
  total: number;
  value: string;
  /** An existing key keeps its access type. */
  fixed: boolean;
  error: string | undefined;
  onChange: (id: string) => void;
}

function reachOf(type: AccessType, total: number): string {
  const count = type.operation_count === total ? `All ${counted(total, "operation")}` : counted(type.operation_count, "operation");
  const limits = (["channels", "attributes"] as const).filter((kind) => type.restrictions.includes(kind));
  return limits.length === 0 ? count : `${count}, limited to the ${limits.join(" and ")} you choose`;
}

/** Native radio buttons in cards: arrow keys, forms and screen readers know them. */
export function AccessTypeField({ types, total, value, fixed, error, onChange }: Props) {
  const id = useId();
  return (
    <div
      role="radiogroup"
      aria-labelledby={`${id}-label`}
      aria-required
      aria-invalid={error !== undefined}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
    >
      <Input.Label labelElement="div" id={`${id}-label`} required={!fixed} className={classes["legend"] ?? ""}>
        Access Type
      </Input.Label>
      {fixed && (
        <Input.Description className={classes["note"] ?? ""}>
          A key keeps its access type. For another one, make another key.
        </Input.Description>
      )}
      <div className={classes["cards"]}>
        {types.map((type) => (
          <label key={type.id} className={classes["card"]} data-checked={type.id === value || undefined} data-fixed={fixed || undefined}>
            <span className={classes["head"]}>
              <input
                type="radio"
                className={classes["radio"]}
                name={id}
                value={type.id}
                checked={type.id === value}
                disabled={fixed && type.id !== value}
                aria-labelledby={`${id}-${type.id}-title`}
                aria-describedby={`${id}-${type.id}-text`}
                onChange={() => onChange(type.id)}
              />
              <span id={`${id}-${type.id}-title`} className={classes["title"]}>
                {type.title}
              </span>
            </span>
            <span id={`${id}-${type.id}-text`} className={classes["text"]}>
              <span>{type.description}</span>
              <span className={classes["reach"]}>{reachOf(type, total)}</span>
            </span>
          </label>
        ))}
      </div>
      {error !== undefined && (
        <Input.Error id={`${id}-error`} mt={6}>
          {error}
        </Input.Error>
      )}
    </div>
  );
}
