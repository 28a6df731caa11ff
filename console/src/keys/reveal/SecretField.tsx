import { useRef } from "react";
import classes from "./SecretField.module.css";

/**
 * A text box that can be read but not typed into. Not an <input>: browsers write what form fields hold into their
 * session files, to restore it after a crash, and a key must not end up there.
 */
export function SecretField({ secret, label = "API key" }: { secret: string; label?: string }) {
  const field = useRef<HTMLDivElement>(null);
  const select = () => {
    if (field.current) getSelection()?.selectAllChildren(field.current);
  };
  return (
    <div
      ref={field}
      className={classes["secret"]}
      role="textbox"
      aria-readonly="true"
      aria-label={label}
      tabIndex={0}
      translate="no"
      onFocus={select}
    >
      {secret}
    </div>
  );
}
