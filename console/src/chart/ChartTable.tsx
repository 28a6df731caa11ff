import { Table } from "@mantine/core";
import { grouped } from "../ui/words.ts";
import classes from "./ChartTable.module.css";

export interface Column {
  label: string;
  values: readonly number[];
}

interface Props {
  label: string;
  /** What the rows are: "Time". */
  of: string;
  rows: readonly string[];
  columns: readonly Column[];
}

/** The numbers behind a chart, all of them. */
export function ChartTable({ label, of, rows, columns }: Props) {
  return (
    <div className={classes["scroll"]} tabIndex={0} role="region" aria-label={`${label}, as a table`}>
      <Table className={classes["table"] ?? ""} aria-label={label} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{of}</Table.Th>
            {columns.map((column) => (
              <Table.Th key={column.label} scope="col">
                {column.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, i) => (
            <Table.Tr key={row}>
              <Table.Th scope="row">{row}</Table.Th>
              {columns.map((column) => (
                <Table.Td key={column.label}>{grouped(column.values[i] ?? 0)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
