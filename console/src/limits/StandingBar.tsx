import type { ReactNode } from "react";
import { grouped } from "../ui/words.ts";
import classes from "./StandingBar.module.css";

interface Props {
  name: string;
  /** "50 requests per 10 s". */
  what: string;
  /** Which requests are counted. */
  counts: string;
  source: string;
  used: number;
  requests: number;
  remaining: number;
  /** When there is more. */
  note: ReactNode;
}

const near = 0.8;

/** One limit with what is left of it: a bar, and the same in words. */
export function StandingBar({ name, what, counts, source, used, requests, remaining, note }: Props) {
  return (
    <li className={classes["standing"]}>
      <div className={classes["name"]}>
        {what}
        <span className={classes["counts"]}>
          {counts !== "" && `, ${counts}`} · {name}
        </span>
      </div>
      <div className={classes["source"]}>{source}</div>
      <div className={classes["track"]} aria-hidden>
        <span
          className={classes["fill"]}
          data-near={used >= requests * near || undefined}
          style={{ width: `${String(Math.min(100, (used / requests) * 100))}%` }}
        />
      </div>
      <div className={classes["left"]}>
        <strong>{grouped(remaining)} left</strong>, {grouped(used)} of {grouped(requests)} used{note}
      </div>
    </li>
  );
}
