import { Skeleton } from "@mantine/core";
import type { ReactNode } from "react";
import type { Usage } from "../api/types.ts";
import { grouped } from "../ui/words.ts";
import { milliseconds, share } from "./outcome.ts";
import classes from "./Figures.module.css";

interface Props {
  usage: Usage | undefined;
  /** A figure of its own, before the others: a key's last use. */
  first?: { label: string; value: ReactNode; note: ReactNode };
}

/** What it all comes to, in a few numbers. */
export function Figures({ usage, first }: Props) {
  const latency = usage?.latency_ms;
  const figures = [
    ...(first ? [first] : []),
    { label: "Requests", value: usage && grouped(usage.total), note: usage && `${grouped(usage.allowed)} allowed` },
    { label: "Refused", value: usage && grouped(usage.refused), note: usage && `${share(usage.refused, usage.total)} of requests` },
    {
      label: "Latency, median",
      value: usage && (latency ? milliseconds(latency.p50) : "None yet"),
      note: latency ? `p90 ${milliseconds(latency.p90)} · p99 ${milliseconds(latency.p99)} · max ${milliseconds(latency.max)}` : "Measured at the gateway",
    },
  ];
  return (
    <dl className={classes["figures"]} aria-label="In short">
      {figures.map(({ label, value, note }) => (
        <div key={label} className={classes["figure"]}>
          <dt>{label}</dt>
          <dd>
            <div className={classes["value"]}>{value ?? <Skeleton h={20} w={96} my={6} />}</div>
            <div className={classes["note"]}>{note}</div>
          </dd>
        </div>
      ))}
    </dl>
  );
}
