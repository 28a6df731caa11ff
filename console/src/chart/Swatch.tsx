import { useId } from "react";
import { MarkPattern, fillOf } from "./MarkPattern.tsx";
import type { Mark } from "./layout.ts";
import classes from "./Swatch.module.css";

/** A sample of how a series is filled, beside its name. */
export function Swatch({ mark }: { mark: Mark }) {
  const id = useId();
  return (
    <svg className={classes["swatch"]} width={12} height={12} aria-hidden>
      <MarkPattern id={id} mark={mark} />
      <rect width={12} height={12} fill={fillOf(id, mark)} />
    </svg>
  );
}
