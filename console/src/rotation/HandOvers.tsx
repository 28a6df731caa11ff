import { Button, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { describeError } from "../api/problem.ts";
import { useHandOvers, useWithdraw } from "../api/rotation.ts";
import type { ApiKey, HandOverState } from "../api/types.ts";
import { useAccount } from "../session/context.ts";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Section } from "../ui/Section.tsx";
import { StateDot } from "../ui/StateDot.tsx";
import { Time } from "../ui/Time.tsx";
import { counted } from "../ui/words.ts";
import { handOverTitle, handOverView, ordinal } from "./words.ts";
import classes from "./RotationTab.module.css";

/** Where secrets of this key went, and what became of each. Nothing for a key whose secrets were only shown. */
export function HandOvers({ apiKey }: { apiKey: ApiKey }) {
  const { mayWrite } = useAccount();
  const handOvers = useHandOvers(apiKey.tenant_id, apiKey.id);
  const { data } = handOvers;
  if (data?.length === 0 || (!data && !handOvers.isError && apiKey.hand_over.kind === "show")) return null;
  return (
    <Section title="Hand-overs">
      {handOvers.isError && !data ? (
        <ErrorPanel error={handOvers.error} onRetry={() => void handOvers.refetch()} />
      ) : !data ? (
        <Skeleton h={64} />
      ) : (
        <ul className={classes["list"]} aria-label="Hand-overs">
          {data.map((handOver) => (
            <HandOverItem key={handOver.id} apiKey={apiKey} handOver={handOver} mayWithdraw={mayWrite} />
          ))}
        </ul>
      )}
    </Section>
  );
}

export function HandOverItem({ apiKey, handOver, mayWithdraw }: { apiKey: ApiKey; handOver: HandOverState; mayWithdraw: boolean }) {
  const withdraw = useWithdraw();
  const { tone, label } = handOverView(handOver);
  const pending = handOver.status === "pending";

  const take = () => {
    withdraw.mutate(
      { key: apiKey, handOver },
      {
        onSuccess: () => notifications.show({ message: "The link is withdrawn. It shows nothing any more." }),
        onError: (error) => notifications.show({ color: "red", title: "Not withdrawn", message: describeError(error).detail }),
      },
    );
  };

  return (
    <li className={classes["item"]}>
      <div>
        <div className={classes["itemTitle"]}>{handOverTitle(handOver)}</div>
        <div className={classes["meta"]}>
          <span>
            {ordinal(handOver.generation)} secret, <Time at={handOver.created_at} />
          </span>
          <Outcome handOver={handOver} />
        </div>
        {handOver.last_error !== null && handOver.status !== "done" && (
          <div className={classes["meta"]}>
            <span className={classes["error"]}>{handOver.last_error}</span>
          </div>
        )}
      </div>
      <div className={classes["state"]}>
        <StateDot tone={tone}>{label}</StateDot>
        {mayWithdraw && pending && handOver.kind === "link" && (
          <Button variant="default" size="xs" loading={withdraw.isPending} aria-label={`Withdraw: ${handOverTitle(handOver)}`} onClick={take}>
            Withdraw
          </Button>
        )}
      </div>
    </li>
  );
}

function Outcome({ handOver }: { handOver: HandOverState }) {
  const { kind, status, done_at: doneAt, expires_at: expiresAt, tries, next_attempt_at: next, address, user_agent: agent } = handOver;
  if (status === "done" && doneAt !== null) {
    return (
      <span>
        {kind === "link" ? "opened" : kind === "take_back" ? "taken out" : "stored"} <Time at={doneAt} />
        {address !== null && (
          <>
            {" "}
            from <span className="mono">{address}</span>
          </>
        )}
        {agent !== null && <>, by “{agent}”</>}
      </span>
    );
  }
  if (status !== "pending") return null;
  if (kind === "link") return expiresAt === null ? null : <span>expires <Time at={expiresAt} /></span>;
  return (
    <span>
      {tries === 0 ? "not tried yet" : `tried ${counted(tries, "time")}`}
      {next !== null && tries > 0 && (
        <>
          , again <Time at={next} />
        </>
      )}
    </span>
  );
}
