import { Skeleton } from "@mantine/core";
import { useState } from "react";
import type { Usage, UsageSeries } from "../api/types.ts";
import type { UsageScope } from "../api/usage.ts";
import { ShareBar } from "../chart/ShareBar.tsx";
import { Disclosure } from "../ui/Disclosure.tsx";
import { RefusalExamples } from "./RefusalExamples.tsx";
import { refusalSeries } from "./outcome.ts";
import { isReason, reasonWords } from "./reasons.ts";
import classes from "./RefusalReasons.module.css";

/** Why requests were refused, the most frequent first; each unfolds to its latest examples. */
export function RefusalReasons({ scope, usage, live }: { scope: UsageScope; usage: Usage | undefined; live: boolean }) {
  if (!usage) return <Skeleton h={210} />;
  const reasons = refusalSeries(usage).filter((each) => each.total > 0);
  if (reasons.length === 0) return <p className={classes["none"]}>Nothing was refused in this time.</p>;
  const most = reasons[0]?.total ?? 0;
  return (
    <ul className={classes["list"]} aria-label="Reasons">
      {reasons.map((reason) => (
        <li key={reason.key}>
          <Reason scope={scope} reason={reason} most={most} live={live} />
        </li>
      ))}
    </ul>
  );
}

function Reason({ scope, reason, most, live }: { scope: UsageScope; reason: UsageSeries; most: number; live: boolean }) {
  const [open, setOpen] = useState(false);
  const code = reason.key ?? "";
  return (
    <Disclosure
      title={reasonWords(code)}
      state={
        <span className={classes["state"]}>
          <ShareBar value={reason.total} most={most} mark="refused" />
        </span>
      }
      open={open}
      onToggle={setOpen}
    >
      {open && isReason(code) && <RefusalExamples scope={scope} code={code} live={live} />}
    </Disclosure>
  );
}
