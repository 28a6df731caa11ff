import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { OperationName } from "../ui/OperationName.tsx";
import { Section } from "../ui/Section.tsx";
import { Time } from "../ui/Time.tsx";
import { counted } from "../ui/words.ts";
import classes from "./Observed.module.css";

export interface ObservedItem {
  name: string;
  used: boolean;
  lastUsedAt: string | null;
  /** How often; null where only whether is known. */
  requests: number | null;
}

interface Props {
  title: string;
  items: readonly ObservedItem[];
  /** What stands between the title and the lists. */
  note?: ReactNode;
}

const first = 24;

/** What a key may use of one kind: what it did use, and what it did not. */
export function Observed({ title, items, note }: Props) {
  const [all, setAll] = useState(false);
  const used = [...items.filter((each) => each.used)].sort((a, b) => (b.requests ?? 0) - (a.requests ?? 0));
  const unused = items.filter((each) => !each.used);
  const shown = all ? unused : unused.slice(0, first);
  return (
    <Section title={title} actions={<span className={classes["tally"]}>{`${String(used.length)} of ${String(items.length)} used`}</span>}>
      <div className={classes["track"]} aria-hidden>
        <span className={classes["fill"]} style={{ width: `${String(items.length === 0 ? 0 : (used.length / items.length) * 100)}%` }} />
      </div>
      {note !== undefined && <p className={classes["note"]}>{note}</p>}
      {used.length > 0 && (
        <>
          <p className={classes["label"]}>Used</p>
          <ul className={classes["used"]} aria-label={`${title} that it used`}>
            {used.map((each) => (
              <li key={each.name}>
                <span>
                  <OperationName id={each.name} />
                </span>
                <span>{each.requests === null ? "" : counted(each.requests, "request")}</span>
                <span>{each.lastUsedAt !== null && <Time at={each.lastUsedAt} />}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {unused.length > 0 && (
        <>
          <p className={classes["label"]}>Not used</p>
          <ul className={classes["unused"]} aria-label={`${title} that it did not use`}>
            {shown.map((each) => (
              <li key={each.name}>{each.name}</li>
            ))}
          </ul>
          {unused.length > first && (
            <Button variant="subtle" size="compact-xs" mt="xs" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? "Show fewer" : `Show all ${String(unused.length)}`}
            </Button>
          )}
        </>
      )}
    </Section>
  );
}
