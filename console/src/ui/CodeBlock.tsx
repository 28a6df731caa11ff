import { CopyButton } from "./CopyButton.tsx";
import classes from "./CodeBlock.module.css";

export function CodeBlock({ code, what }: { code: string; what: string }) {
  return (
    <div className={classes["block"]}>
      {/* Focusable, so that what doesn't fit can be scrolled to with the keyboard. */}
      <pre className={classes["code"]} tabIndex={0} role="region" aria-label={what}>
        {code}
      </pre>
      <div className={classes["copy"]}>
        <CopyButton value={code} what={what} />
      </div>
    </div>
  );
}
