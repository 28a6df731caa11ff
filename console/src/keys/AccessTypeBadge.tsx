import { Badge } from "@mantine/core";
import { findAccessType } from "../api/catalog.ts";
import type { Catalog } from "../api/types.ts";

/** Quiet: the access type is context, the status is news. `catalog` may still be on its way. */
export function AccessTypeBadge({ id, catalog }: { id: string; catalog: Catalog | undefined }) {
  const title = (catalog && findAccessType(catalog, id)?.title) ?? id.charAt(0).toUpperCase() + id.slice(1);
  return (
    <Badge variant="default" radius="sm" tt="none" fw={500} size="md" miw="fit-content">
      {title}
    </Badge>
  );
}
