import { useState, type ReactNode } from "react";
import { useUsage, type UsageScope } from "../api/usage.ts";
import { StandingsPanel } from "../limits/StandingsPanel.tsx";
import { ErrorPanel } from "../ui/ErrorPanel.tsx";
import { Section } from "../ui/Section.tsx";
import { OperationName } from "../ui/OperationName.tsx";
import { CsvLink } from "./CsvLink.tsx";
import { Figures } from "./Figures.tsx";
import { LiveToggle } from "./LiveToggle.tsx";
import { RangeControl } from "./RangeControl.tsx";
import { RankTable } from "./RankTable.tsx";
import { RefusalReasons } from "./RefusalReasons.tsx";
import { RequestsChart } from "./RequestsChart.tsx";
import { spanOf, useRange, type Range } from "./range.ts";
import classes from "./UsageView.module.css";

interface Props {
  scope: UsageScope;
  /** Before the other figures: a key's last use. */
  first?: { label: string; value: ReactNode; note: ReactNode };
  /** What only a tenant, or only a key, has to show. */
  children: (context: { range: Range; live: boolean }) => ReactNode;
}

/** What a tenant's keys, or one key, did in a stretch of time. */
export function UsageView({ scope, first, children }: Props) {
  const [range, setRange] = useRange();
  const [wanted, setWanted] = useState(true);
  const endsNow = "preset" in range;
  const live = wanted && endsNow;
  const span = spanOf(range);
  const outcomes = useUsage(scope, span, "outcome", live);
  const operations = useUsage(scope, span, "operation", live);
  const failed = [outcomes, operations].find((query) => query.isError && query.data === undefined);

  return (
    <>
      <div className={classes["bar"]}>
        <RangeControl range={range} onChange={setRange} />
        <LiveToggle live={wanted} possible={endsNow} onChange={setWanted} />
      </div>
      {failed ? (
        <ErrorPanel error={failed.error} onRetry={() => void Promise.all([outcomes.refetch(), operations.refetch()])} />
      ) : (
        <div className={classes["stack"]} aria-busy={outcomes.isPlaceholderData}>
          <Figures usage={outcomes.data} {...(first ? { first } : {})} />
          <RequestsChart scope={scope} usage={outcomes.data} stale={outcomes.isPlaceholderData} />
          <div className={classes["pair"]}>
            <div className={classes["stack"]}>
              <Section title="Top operations" actions={<CsvLink scope={scope} usage={operations.data} of="Top operations" />}>
                <RankTable
                  label="Top operations"
                  of="Operation"
                  series={operations.data?.series}
                  name={(each) => (each.key === "" ? "No operation of the API" : <OperationName id={each.label} />)}
                  latency
                  none="No request in this time."
                />
              </Section>
              {children({ range, live })}
            </div>
            <div className={classes["stack"]}>
              <Section title="Refusals by reason">
                <RefusalReasons scope={scope} usage={outcomes.data} live={live} />
              </Section>
              <StandingsPanel scope={scope} live={live} />
            </div>
          </div>
        </div>
      )}
    </>
  );
}
