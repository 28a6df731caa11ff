import { useCallback } from "react";
import { useLocation, useSearchParams } from "react-router";
import type { KeyFilters, KeySort } from "../../api/keys.ts";
import type { KeyStatus } from "../../api/types.ts";

export const statuses: { value: KeyStatus; label: string }[] = [
  { value: "active", label: "Active" },
  { value: "disabled", label: "Disabled" },
  { value: "expired", label: "Expired" },
  { value: "revoked", label: "Revoked" },
  { value: "deleted", label: "Deleted" },
];
const sorts: KeySort[] = ["created_at", "-created_at", "nickname", "-nickname"];
export const pageSize = 25;

// The cursors of the pages before this one. A cursor only leads forward, so the way back is remembered in the history
// entry: it survives a reload, and a shared link simply starts without it.
function readTrail(state: unknown): string[] {
  const trail: unknown = typeof state === "object" && state !== null && "trail" in state ? state.trail : [];
  return Array.isArray(trail) ? trail.filter((each): each is string => typeof each === "string") : [];
}

export interface ListState {
  filters: KeyFilters;
  filtered: boolean;
  /** Counted from 1; null when a shared link leads into the middle of the list. */
  page: number | null;
  /** Whether `previous` leads one page back; otherwise it leads to the first. */
  knowsPrevious: boolean;
  change: (filters: Partial<Pick<KeyFilters, "q" | "status" | "accessType" | "sort">>) => void;
  clear: () => void;
  next: (cursor: string) => void;
  previous: () => void;
}

/** What the list shows, as the address says it. */
export function useListState(): ListState {
  const [params, setParams] = useSearchParams();
  const trail = readTrail(useLocation().state);
  const cursor = params.get("cursor");
  const filters: KeyFilters = {
    q: params.get("q") ?? "",
    status: statuses.find((status) => status.value === params.get("status"))?.value ?? null,
    accessType: params.get("access_type"),
    sort: sorts.find((sort) => sort === params.get("sort")) ?? "-created_at",
    cursor,
    limit: pageSize,
  };

  const change = useCallback<ListState["change"]>(
    (changes) => {
      setParams(
        (old) => {
          const now = new URLSearchParams(old);
          const put = (name: string, value: string | null | undefined) => {
            if (value === undefined) return;
            if (value === null || value === "" || value === "-created_at") now.delete(name);
            else now.set(name, value);
          };
          put("q", changes.q);
          put("status", changes.status);
          put("access_type", changes.accessType);
          put("sort", changes.sort);
          // A cursor belongs to the filters it came from.
          now.delete("cursor");
          return now;
        },
        { replace: true },
      );
    },
    [setParams],
  );

  const go = (to: string | null, newTrail: string[]) => {
    setParams(
      (old) => {
        const now = new URLSearchParams(old);
        if (to === null || to === "") now.delete("cursor");
        else now.set("cursor", to);
        return now;
      },
      { state: { trail: newTrail } },
    );
  };

  return {
    filters,
    filtered: filters.q !== "" || filters.status !== null || filters.accessType !== null,
    // A trail that reaches the first page starts with its cursor, which is none.
    page: cursor === null ? 1 : trail[0] === "" ? trail.length + 1 : null,
    knowsPrevious: trail.length > 0,
    change,
    clear: () => change({ q: "", status: null, accessType: null }),
    next: (to) => go(to, [...trail, cursor ?? ""]),
    previous: () => go(trail.at(-1) ?? null, trail.slice(0, -1)),
  };
}
