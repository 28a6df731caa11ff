import { Skeleton } from "@mantine/core";
import { Sparkline } from "../../chart/Sparkline.tsx";
import { compact } from "../../chart/layout.ts";
import { counted } from "../../ui/words.ts";
import classes from "./WeekOfRequests.module.css";

/** A key's last seven days. `values` is undefined while they are on their way, null when they can't be had. */
export function WeekOfRequests({ values }: { values: readonly number[] | null | undefined }) {
  if (values === null) return <span className={classes["total"]}>unknown</span>;
  if (values === undefined) return <Skeleton h={20} w={66} />;
  const total = values.reduce((sum, each) => sum + each, 0);
  return (
    <span className={classes["week"]}>
      <Sparkline values={values} label={`${counted(total, "request")} in 7 days`} />
      <span className={classes["total"]} aria-hidden>
        {total === 0 ? "none" : compact(total)}
      </span>
    </span>
  );
}
