import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { Usage } from "../api/types.ts";
import { usageCsvUrl, type UsageScope } from "../api/usage.ts";

/** The numbers of a list as a file, bucket by bucket. */
export function CsvLink({ scope, usage, of }: { scope: UsageScope; usage: Usage | undefined; of: string }) {
  if (!usage) return null;
  return (
    <Button
      component="a"
      href={usageCsvUrl(scope, usage)}
      download
      variant="default"
      size="compact-xs"
      leftSection={<IconDownload size={14} aria-hidden />}
      aria-label={`CSV: ${of}`}
    >
      CSV
    </Button>
  );
}
