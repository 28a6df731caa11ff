import { useState } from "react";
import { useLastReceipt } from "../api/keys.ts";
import type { ApiKey, Receipt } from "../api/types.ts";
import { Notice } from "../ui/Notice.tsx";
import { StateDot } from "../ui/StateDot.tsx";
import { clockTime } from "../ui/time.ts";
import { grouped } from "../ui/words.ts";
import { Disclosure } from "../ui/Disclosure.tsx";
import { receiptWords } from "./receipt.ts";
import { receiptState } from "./words.ts";
import classes from "./KeyReceipt.module.css";

/** On which nodes a key is refused that was ended or disabled here a moment ago. Nothing where there is one node. */
export function KeyReceipt({ apiKey }: { apiKey: ApiKey }) {
  const receipt = useLastReceipt(apiKey.tenant_id, apiKey.id);
  if (!receipt || receipt.nodes.length < 2 || apiKey.status === "active") return null;
  return <Receipted receipt={receipt} />;
}

function Receipted({ receipt }: { receipt: Receipt }) {
  const [open, setOpen] = useState(!receipt.complete);
  const { tone, line, more } = receiptWords(receipt);
  return (
    <section aria-label="Receipt">
      <Notice tone={tone}>
        <strong>{line}</strong> {more}
        <div className={classes["nodes"]}>
          <Disclosure title="Nodes" state={`change ${grouped(receipt.sequence)}, ${clockTime(receipt.committed_at)}`} open={open} onToggle={setOpen}>
            <ul className={classes["list"]} aria-label="Nodes of the receipt">
              {receipt.nodes.map((node) => {
                const { tone: dot, words } = receiptState(node);
                return (
                  <li key={node.id}>
                    <span className={classes["name"]}>{node.name}</span>
                    <StateDot tone={dot}>{words}</StateDot>
                  </li>
                );
              })}
            </ul>
          </Disclosure>
        </div>
      </Notice>
    </section>
  );
}
