// What a receipt says, in words. A node that ended refuses nothing any more, for it answers nothing; it is not counted.
import type { Receipt } from "../api/types.ts";
import { clockTime } from "../ui/time.ts";
import { listed } from "../ui/words.ts";

export interface ReceiptWords {
  tone: "info" | "warn";
  /** "Refused on 3 of 3 nodes." */
  line: string;
  /** Why not on all, and by when. Empty if there is nothing to add. */
  more: string;
}

export function receiptWords(receipt: Receipt): ReceiptWords {
  const nodes = receipt.nodes.filter(({ state }) => state !== "ended");
  const named = (state: string) => nodes.filter((node) => node.state === state).map(({ name }) => name);
  const stale = named("stale");
  const missing = named("unconfirmed");
  const refusing = nodes.length - missing.length;
  const line = nodes.length === 1 && missing.length === 0 ? "Refused from now on." : `Refused on ${String(refusing)} of ${String(nodes.length)} nodes.`;
  const more = [
    stale.length > 0 ? `${listed(stale)} ${stale.length === 1 ? "is" : "are"} cut off and ${stale.length === 1 ? "refuses" : "refuse"} every key.` : "",
    missing.length > 0 ? `${listed(missing)} ${missing.length === 1 ? "has" : "have"} not confirmed; ${until(receipt, missing.length === 1)}` : "",
  ];
  return { tone: receipt.complete ? "info" : "warn", line, more: more.filter((each) => each !== "").join(" ") };
}

function until(receipt: Receipt, one: boolean): string {
  const it = one ? "it" : "they";
  if (receipt.refused_everywhere_by === null) return `${it} may go on accepting the key while cut off from the database.`;
  return `${it} will refuse the key by ${clockTime(receipt.refused_everywhere_by)} at the latest.`;
}

/** What is told at the edge of the page. It stays there if a node may still accept the key. */
export function receiptNotification(done: string, receipt: Receipt | undefined) {
  if (!receipt || receipt.nodes.length < 2) return { message: done };
  const { line, more } = receiptWords(receipt);
  return receipt.complete
    ? { message: `${done} ${line}` }
    : { message: `${done} ${line} ${more}`, color: "orange", autoClose: false as const };
}
