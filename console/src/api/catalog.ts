import { useQuery } from "@tanstack/react-query";
import { answered, api } from "./client.ts";
import type { AccessType, Catalog, Operation, OperationGroup, Tenant } from "./types.ts";

export function useCatalog() {
  return useQuery({
    queryKey: ["catalog"],
    queryFn: ({ signal }): Promise<Catalog> => answered(api.GET("/v1/catalog", { signal })),
    // It changes with a restart of the server only.
    staleTime: 10 * 60_000,
  });
}

export function findAccessType(catalog: Catalog, id: string): AccessType | undefined {
  return catalog.access_types.find((type) => type.id === id);
}

export function allOperations(catalog: Catalog): Operation[] {
  return catalog.groups.flatMap((group) => group.operations);
}

/** The groups, reduced to what keys of this access type may call; empty groups are left out. */
export function groupsFor(catalog: Pick<Catalog, "groups">, accessType: string): OperationGroup[] {
  return catalog.groups
    .map((group) => ({ ...group, operations: group.operations.filter((op) => op.access_types.includes(accessType)) }))
    .filter((group) => group.operations.length > 0);
}

/** What a key of this tenant may be limited to: the tenant's channels, or the whole catalog's when it names none. */
export function channelsFor(catalog: Pick<Catalog, "channels">, tenant: Pick<Tenant, "enabled_channels">): { id: string; name: string }[] {
  const all = catalog.channels.map((channel) => ({ id: String(channel.id), name: channel.name }));
  if (tenant.enabled_channels.length === 0) return all;
  const enabled = new Set(tenant.enabled_channels.map(String));
  return all.filter((channel) => enabled.has(channel.id));
}
