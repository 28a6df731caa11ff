import { Button, Text } from "@mantine/core";
import { IconFlask, IconShieldDown } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useStartTrial } from "../api/least-privilege.ts";
import { describeError } from "../api/problem.ts";
import type { ApiKey, Catalog, LeastPrivilege } from "../api/types.ts";
import { Section } from "../ui/Section.tsx";
import { grouped } from "../ui/words.ts";
import { effectWords, restrictionWords, usedWords } from "./words.ts";
import classes from "./Proposal.module.css";

interface Props {
  apiKey: ApiKey;
  catalog: Catalog;
  least: LeastPrivilege;
  changeable: boolean;
}

/** How much of its rights a key uses, and the restriction that would have refused nothing of that. */
export function Proposal({ apiKey, catalog, least, changeable }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const start = useStartTrial();
  const { proposal } = least;

  return (
    <Section title="What it needs">
      <p className={classes["sentence"]}>
        {least.requests === 0 ? "It was not used in this time, so nothing can be said of what it needs." : usedWords(least)}
      </p>
      {least.notes.map((note) => (
        <p key={note} className={classes["quiet"]}>
          {note}
        </p>
      ))}
      {least.requests > 0 && proposal === null && <p className={classes["quiet"]}>There is nothing to tighten: it may do no more than it does.</p>}
      {proposal !== null && (
        <>
          <Button
            variant={open ? "default" : "filled"}
            leftSection={<IconShieldDown size={16} aria-hidden />}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => setOpen(!open)}
          >
            Tighten
          </Button>
          <div id={id} hidden={!open} className={classes["box"]}>
            <p className={classes["effect"]}>{effectWords(least)}</p>
            <ul className={classes["words"]} aria-label="The proposed restriction">
              {restrictionWords(proposal, catalog).map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
            <p className={classes["quiet"]}>
              None of its {grouped(least.requests)} allowed requests in this time would have been refused. Trying it refuses nothing either: it
              counts what it would have refused, and you decide.
            </p>
            {start.isError && (
              <Text c="var(--mantine-color-error)" role="alert">
                {describeError(start.error).detail}
              </Text>
            )}
            {changeable && (
              <div className={classes["buttons"]}>
                <Button leftSection={<IconFlask size={16} aria-hidden />} loading={start.isPending} onClick={() => start.mutate({ key: apiKey, restrictions: proposal })}>
                  Try
                </Button>
              </div>
            )}
          </div>
        </>
      )}
    </Section>
  );
}
