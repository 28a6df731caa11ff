import { useCallback } from "react";
import { useSearchParams } from "react-router";
import type { AlertFilters, AlertStatus } from "../api/alerts.ts";

export const alertStatuses: { value: AlertStatus; label: string }[] = [
  { value: "open", label: "Open" },
  { value: "acknowledged", label: "Acknowledged" },
  { value: "all", label: "All" },
];

const pageSize = 20;

export interface AlertState {
  filters: AlertFilters;
  /** Null takes a filter away. A cursor belongs to the filters it came from. */
  change: (part: { status?: AlertStatus; key?: null }) => void;
  /** The next page, or the first. */
  go: (cursor: string | null) => void;
}

/** Which alerts are shown, as the address says it. */
export function useAlertState(): AlertState {
  const [params, setParams] = useSearchParams();
  const change = useCallback<AlertState["change"]>(
    ({ status, key }) =>
      setParams((old) => {
        const now = new URLSearchParams(old);
        now.delete("cursor");
        if (status === "open") now.delete("status");
        else if (status !== undefined) now.set("status", status);
        if (key === null) now.delete("key");
        return now;
      }),
    [setParams],
  );
  const go = useCallback(
    (cursor: string | null) =>
      setParams((old) => {
        const now = new URLSearchParams(old);
        if (cursor === null) now.delete("cursor");
        else now.set("cursor", cursor);
        return now;
      }),
    [setParams],
  );
  return {
    filters: {
      status: alertStatuses.find(({ value }) => value === params.get("status"))?.value ?? "open",
      key: params.get("key"),
      cursor: params.get("cursor"),
      limit: pageSize,
    },
    change,
    go,
  };
}
