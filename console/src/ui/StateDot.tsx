import type { ReactNode } from "react";
import classes from "./StateDot.module.css";

export type Tone = "good" | "warn" | "bad" | "quiet";

/** A state in a word, with a dot in its tone. */
export function StateDot({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={classes["state"]} data-tone={tone}>
      {children}
    </span>
  );
}
