import type { LastUsed } from "../../api/types.ts";
import { Time } from "../../ui/Time.tsx";
import classes from "./UseFacts.module.css";

/** A last use in full: when, which operation, from where, by what program. */
export function UseFacts({ use }: { use: LastUsed | null }) {
  if (use === null) return <>Never</>;
  return (
    <span className={classes["use"]}>
      <span>
        <Time at={use.at} /> from <span className="mono">{use.address}</span>
      </span>
      <span className={classes["quiet"]}>
        {use.operation ?? "No operation of the API"}
        {use.user_agent !== null && <>, by “{use.user_agent}”</>}
      </span>
    </span>
  );
}
