import { Skeleton } from "@mantine/core";
import { useState } from "react";
import type { Usage } from "../api/types.ts";
import { usageCsvUrl, type UsageScope } from "../api/usage.ts";
import { ChartTable } from "../chart/ChartTable.tsx";
import { ChartTools } from "../chart/ChartTools.tsx";
import { Legend } from "../chart/Legend.tsx";
import { StackedBars } from "../chart/StackedBars.tsx";
import { bucketLabel } from "../chart/axis.ts";
import { sumAt } from "../chart/layout.ts";
import { Section } from "../ui/Section.tsx";
import { outcomeSeries, reasonsAt, refusalSeries } from "./outcome.ts";
import { reasonWords } from "./reasons.ts";
import classes from "./RequestsChart.module.css";

const title = "Requests over time";

/** Requests by outcome, as bars or as the table behind them. */
export function RequestsChart({ scope, usage, stale }: { scope: UsageScope; usage: Usage | undefined; stale: boolean }) {
  const [table, setTable] = useState(false);
  if (!usage) {
    return (
      <Section title={title}>
        <Skeleton h={252} />
      </Section>
    );
  }
  const series = outcomeSeries(usage);
  const rows = usage.times.map((time) => bucketLabel(time, usage.granularity));
  return (
    <Section title={title} actions={<ChartTools of={title} table={table} onTable={setTable} csv={usageCsvUrl(scope, usage)} />}>
      <div className={classes["above"]}>
        <Legend series={series} />
      </div>
      <div className={stale ? classes["stale"] : undefined}>
        {table ? (
          <ChartTable
            label={title}
            of="Time"
            rows={rows}
            columns={[
              { label: "Requests", values: usage.times.map((_, i) => sumAt(series, i)) },
              ...series.map(({ label, values }) => ({ label, values })),
              ...refusalSeries(usage).map((each) => ({ label: reasonWords(each.key ?? ""), values: each.values })),
            ]}
          />
        ) : usage.total === 0 ? (
          <div className={classes["none"]}>No request in this time.</div>
        ) : (
          <StackedBars
            label={title}
            times={usage.times}
            granularity={usage.granularity}
            series={series}
            unit="request"
            notes={(i) => reasonsAt(usage, i)}
          />
        )}
      </div>
    </Section>
  );
}
