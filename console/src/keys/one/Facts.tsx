import type { ReactNode } from "react";
import classes from "./Facts.module.css";

export function Facts({ facts }: { facts: [label: string, value: ReactNode][] }) {
  return (
    <dl className={classes["facts"]}>
      {facts.map(([label, value]) => (
        <div key={label} className={classes["fact"]}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
