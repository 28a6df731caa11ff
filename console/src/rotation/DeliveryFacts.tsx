import type { HandOverState } from "../api/types.ts";
import { Time } from "../ui/Time.tsx";
import { counted } from "../ui/words.ts";
import classes from "./RotationTab.module.css";

/** How a delivery to a secret manager goes: tries, what went wrong, when it is tried again. */
export function DeliveryFacts({ handOver }: { handOver: HandOverState }) {
  const { tries, last_error: error, next_attempt_at: next, status, manager, path } = handOver;
  return (
    <>
      Writing it to <strong>{manager}</strong>, at <span className="mono">{path}</span>:{" "}
      {tries === 0 ? "the first try is under way." : `tried ${counted(tries, "time")}.`}
      {error !== null && (
        <>
          {" "}
          The last time: <span className={classes["error"]}>{error}</span>.
        </>
      )}
      {status === "pending" && next !== null && tries > 0 && (
        <>
          {" "}
          The next try: <Time at={next} />.
        </>
      )}
    </>
  );
}
