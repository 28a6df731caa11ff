import { Button, Skeleton, Table } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { UsageSeries } from "../api/types.ts";
import { ShareBar } from "../chart/ShareBar.tsx";
import { milliseconds } from "./outcome.ts";
import classes from "./RankTable.module.css";

interface Props {
  label: string;
  /** What the rows are: "Operation". */
  of: string;
  series: readonly UsageSeries[] | undefined;
  name: (series: UsageSeries) => ReactNode;
  latency?: boolean;
  none: string;
}

const first = 8;

/** Series by their totals, the largest first: a table whose numbers have bars. */
export function RankTable({ label, of, series, name, latency = false, none }: Props) {
  const [all, setAll] = useState(false);
  if (!series) return <Skeleton h={210} />;
  if (series.length === 0) return <p className={classes["none"]}>{none}</p>;
  const most = series[0]?.total ?? 0;
  const shown = all ? series : series.slice(0, first);
  return (
    <>
      <Table className={classes["table"] ?? ""} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{of}</Table.Th>
            <Table.Th scope="col" data-number>
              Requests
            </Table.Th>
            {latency && (
              <>
                <Table.Th scope="col" data-number>
                  p50
                </Table.Th>
                <Table.Th scope="col" data-number>
                  p99
                </Table.Th>
              </>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((each) => (
            <Table.Tr key={each.key}>
              <Table.Th scope="row">{name(each)}</Table.Th>
              <Table.Td>
                <ShareBar value={each.total} most={most} />
              </Table.Td>
              {latency && (
                <>
                  <Table.Td data-number>{each.latency_ms ? milliseconds(each.latency_ms.p50) : "–"}</Table.Td>
                  <Table.Td data-number>{each.latency_ms ? milliseconds(each.latency_ms.p99) : "–"}</Table.Td>
                </>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {series.length > first && (
        <Button className={classes["more"] ?? ""} variant="subtle" size="compact-xs" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${String(series.length)}`}
        </Button>
      )}
    </>
  );
}
