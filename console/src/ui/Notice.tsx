import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./Notice.module.css";

interface Props {
  tone: "info" | "warn" | "bad";
  children: ReactNode;
  /** Read out when it appears. */
  live?: boolean;
}

/** A sentence that must not be overlooked, beside what it is about. */
export function Notice({ tone, children, live = false }: Props) {
  const Icon = tone === "info" ? IconInfoCircle : IconAlertTriangle;
  return (
    <div className={classes["notice"]} data-tone={tone} role={live ? "alert" : undefined}>
      <Icon className={classes["icon"]} size={18} stroke={1.75} aria-hidden />
      <div className={classes["text"]}>{children}</div>
    </div>
  );
}
