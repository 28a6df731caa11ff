import { Button, Group } from "@mantine/core";
import { IconChartBar, IconDownload, IconTable } from "@tabler/icons-react";

interface Props {
  /** What the buttons act on, for those who don't see what they stand beside. */
  of: string;
  table: boolean;
  onTable: (table: boolean) => void;
  csv: string | null;
}

/** Turns a chart into its table and back, and offers the same numbers as a file. */
export function ChartTools({ of, table, onTable, csv }: Props) {
  const icon = { size: 14, "aria-hidden": true } as const;
  return (
    <Group gap="xs">
      <Button
        variant="default"
        size="compact-xs"
        leftSection={table ? <IconChartBar {...icon} /> : <IconTable {...icon} />}
        aria-label={`${table ? "Show as chart" : "Show as table"}: ${of}`}
        onClick={() => onTable(!table)}
      >
        {table ? "Show as chart" : "Show as table"}
      </Button>
      {csv !== null && (
        <Button component="a" href={csv} download variant="default" size="compact-xs" leftSection={<IconDownload {...icon} />} aria-label={`CSV: ${of}`}>
          CSV
        </Button>
      )}
    </Group>
  );
}
