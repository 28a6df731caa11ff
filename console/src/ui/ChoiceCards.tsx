import { Input } from "@mantine/core";
import { useId, type ReactNode } from "react";
import classes from "./ChoiceCards.module.css";

export interface Choice<Value extends string> {
  value: Value;
  title: string;
  text: ReactNode;
  /** Below the text, as its outcome. */
  foot?: ReactNode;
  disabled?: boolean;
}

interface Props<Value extends string> {
  label: string;
  required?: boolean;
  note?: ReactNode;
  choices: Choice<Value>[];
  value: Value | "";
  error?: string | undefined;
  /** Only what is chosen is shown, and it stays. */
  fixed?: boolean;
  onChange: (value: Value) => void;
}

/** Native radio buttons in cards: arrow keys, forms and screen readers know them. */
export function ChoiceCards<Value extends string>({ label, required = false, note, choices, value, error, fixed = false, onChange }: Props<Value>) {
  const id = useId();
  return (
    <div
      role="radiogroup"
      aria-labelledby={`${id}-label`}
      aria-required={required}
      aria-invalid={error !== undefined}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
    >
      <Input.Label labelElement="div" id={`${id}-label`} required={required} className={classes["legend"] ?? ""}>
        {label}
      </Input.Label>
      {note !== undefined && <Input.Description className={classes["note"] ?? ""}>{note}</Input.Description>}
      <div className={classes["cards"]}>
        {choices.map((choice) => {
          const checked = choice.value === value;
          return (
            <label
              key={choice.value}
              className={classes["card"]}
              data-checked={checked || undefined}
              data-fixed={fixed || undefined}
              data-disabled={choice.disabled === true ? true : undefined}
            >
              <span className={classes["head"]}>
                <input
                  type="radio"
                  className={classes["radio"]}
                  name={id}
                  value={choice.value}
                  checked={checked}
                  disabled={choice.disabled === true || (fixed && !checked)}
                  aria-labelledby={`${id}-${choice.value}-title`}
                  aria-describedby={`${id}-${choice.value}-text`}
                  onChange={() => onChange(choice.value)}
                />
                <span id={`${id}-${choice.value}-title`} className={classes["title"]}>
                  {choice.title}
                </span>
              </span>
              <span id={`${id}-${choice.value}-text`} className={classes["text"]}>
                <span>{choice.text}</span>
                {choice.foot !== undefined && <span className={classes["foot"]}>{choice.foot}</span>}
              </span>
            </label>
          );
        })}
      </div>
      {error !== undefined && (
        <Input.Error id={`${id}-error`} mt={6}>
          {error}
        </Input.Error>
      )}
    </div>
  );
}
