import { Skeleton, Table, Text } from "@mantine/core";
import { useState } from "react";
import { describeError } from "../api/problem.ts";
import { useAddresses } from "../api/usage.ts";
import { ChartTable } from "../chart/ChartTable.tsx";
import { ChartTools } from "../chart/ChartTools.tsx";
import { ShareBar } from "../chart/ShareBar.tsx";
import { StackedBars } from "../chart/StackedBars.tsx";
import { bucketLabel } from "../chart/axis.ts";
import type { ChartSeries } from "../chart/layout.ts";
import { Section } from "../ui/Section.tsx";
import { Time } from "../ui/Time.tsx";
import { counted } from "../ui/words.ts";
import classes from "./AddressesPanel.module.css";
import rank from "./RankTable.module.css";

const shown = 10;

/** Where a key was used from: how many addresses each day, and which. */
export function AddressesPanel({ tenant, apiKey, days, live }: { tenant: string; apiKey: string; days: number; live: boolean }) {
  const [table, setTable] = useState(false);
  const { data, error } = useAddresses(tenant, apiKey, days, live);
  const label = "Addresses each day";
  const title = days === 1 ? "Addresses of the last day" : `Addresses of the last ${String(days)} days`;
  if (error) {
    return (
      <Section title={title}>
        <Text c="var(--mantine-color-error)" role="alert">
          {describeError(error).detail}
        </Text>
      </Section>
    );
  }
  if (!data) {
    return (
      <Section title={title}>
        <Skeleton h={240} />
      </Section>
    );
  }
  const times = data.per_day.map(({ day }) => `${day}T00:00:00.000Z`);
  const series: ChartSeries[] = [{ id: "addresses", label: "Addresses", values: data.per_day.map(({ addresses }) => addresses), mark: "plain" }];
  const most = Math.max(...data.data.map(({ requests }) => requests), 0);
  return (
    <Section title={title} actions={data.data.length > 0 && <ChartTools of={label} table={table} onTable={setTable} csv={null} />}>
      {data.data.length === 0 ? (
        <Text c="dimmed">It was not used from anywhere.</Text>
      ) : (
        <>
          <div className={classes["chart"]}>
            {table ? (
              <ChartTable label={label} of="Day" rows={times.map((time) => bucketLabel(time, "day"))} columns={series} />
            ) : (
              <StackedBars label={label} times={times} granularity="day" series={series} unit="address" height={70} />
            )}
          </div>
          <Table className={rank["table"] ?? ""} aria-label="Addresses">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Address</Table.Th>
                <Table.Th scope="col" data-number>
                  Requests
                </Table.Th>
                <Table.Th scope="col" data-number>
                  Last seen
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.data.slice(0, shown).map((each) => (
                <Table.Tr key={each.address}>
                  <Table.Th scope="row">
                    <span className="mono">{each.address}</span>
                    <div className={classes["meta"]}>
                      since <Time at={each.first_seen_at} />
                    </div>
                  </Table.Th>
                  <Table.Td>
                    <ShareBar value={each.requests} most={most} />
                  </Table.Td>
                  <Table.Td data-number>
                    <Time at={each.last_seen_at} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          {data.data.length > shown && (
            <Text size="xs" c="dimmed" mt="xs">
              and {counted(data.data.length - shown, "more address", "more addresses")}
              {data.more ? ", and others that were not kept" : ""}.
            </Text>
          )}
        </>
      )}
    </Section>
  );
}
