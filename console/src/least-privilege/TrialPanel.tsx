import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useEndTrial } from "../api/least-privilege.ts";
import { describeError } from "../api/problem.ts";
import type { ApiKey, Catalog, Trial } from "../api/types.ts";
import { Section } from "../ui/Section.tsx";
import { Time } from "../ui/Time.tsx";
import { counted, grouped } from "../ui/words.ts";
import { reasonWords } from "../usage/reasons.ts";
import { ApplyDialog } from "./ApplyDialog.tsx";
import { restrictionWords } from "./words.ts";
import proposal from "./Proposal.module.css";
import classes from "./TrialPanel.module.css";

interface Props {
  apiKey: ApiKey;
  catalog: Catalog;
  trial: Trial;
  changeable: boolean;
}

/** A restriction on trial: what it would have refused so far, and what to do about it. */
export function TrialPanel({ apiKey, catalog, trial, changeable }: Props) {
  const [applying, setApplying] = useState(false);
  const end = useEndTrial();
  const stop = () => {
    end.mutate(apiKey, {
      onSuccess: () => notifications.show({ message: "The trial has ended. The key is as it was." }),
      onError: (error) => notifications.show({ color: "red", title: "The trial goes on", message: describeError(error).detail }),
    });
  };
  return (
    <Section title="On trial">
      <p className={proposal["quiet"]}>
        Since <Time at={trial.started_at} />, by {trial.started_by.name}. Nothing is refused by it yet.
      </p>
      <dl className={classes["figures"]}>
        <div>
          <dt>Requests judged</dt>
          <dd>{grouped(trial.requests)}</dd>
        </div>
        <div>
          <dt>Would have been refused</dt>
          <dd data-some={trial.would_refuse > 0 || undefined}>{grouped(trial.would_refuse)}</dd>
        </div>
        {trial.not_judged > 0 && (
          <div>
            <dt>Could not be judged</dt>
            <dd>{grouped(trial.not_judged)}</dd>
          </div>
        )}
      </dl>
      {trial.examples.length > 0 && (
        <>
          <p className={classes["label"]}>What it would have refused</p>
          <ul className={classes["examples"]} aria-label="What it would have refused">
            {trial.examples.map((each) => (
              <li key={`${each.at} ${each.code} ${each.operation ?? ""}`}>
                <div>{each.detail}</div>
                <div className={classes["meta"]}>
                  <span>{reasonWords(each.code)}</span>
                  {each.operation !== null && <span>{each.operation}</span>}
                  <span>{counted(each.count, "time")}</span>
                  <span>
                    last <Time at={each.at} /> from <span className="mono">{each.address}</span>
                  </span>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
      <p className={classes["label"]}>The restriction</p>
      <ul className={proposal["words"]} aria-label="The restriction on trial">
        {restrictionWords(trial.restrictions, catalog).map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      {changeable && (
        <div className={proposal["buttons"]}>
          <Button onClick={() => setApplying(true)}>Apply</Button>
          <Button variant="default" loading={end.isPending} onClick={stop}>
            Stop trying
          </Button>
        </div>
      )}
      <ApplyDialog apiKey={apiKey} trial={trial} opened={applying} onClose={() => setApplying(false)} />
    </Section>
  );
}
