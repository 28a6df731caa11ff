// What is said of nodes.
import type { Node, Receipt } from "../api/types.ts";
import type { Tone } from "../ui/StateDot.tsx";
import { clockTime } from "../ui/time.ts";
import { counted } from "../ui/words.ts";

interface Said {
  tone: Tone;
  words: string;
}

export function nodeState({ state, on_stale }: Pick<Node, "state" | "on_stale">): Said {
  switch (state) {
    case "current":
      return { tone: "good", words: "Current" };
    case "loading":
      return { tone: "quiet", words: "Loading keys" };
    case "stale":
      return { tone: "bad", words: on_stale === "deny" ? "Cut off, refuses every key" : "Cut off, serves what it knows" };
    case "gone":
      return { tone: "quiet", words: "Gone" };
  }
}

/** "Everything", "12 changes behind, for 3 s". */
export function following({ lag, lag_ms, state }: Pick<Node, "lag" | "lag_ms" | "state">): string {
  if (state === "loading") return "Not yet";
  if (lag === 0) return "Everything";
  const since = lag_ms !== null && lag_ms >= 1_000 ? `, for ${duration(lag_ms)}` : "";
  return `${counted(lag, "change")} behind${since}`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${String(seconds)} s` : `${String(Math.round(seconds / 60))} min`;
}

export const limitWords: Record<Node["limits"], string> = {
  local: "Of each node",
  exact: "Shared, exact",
  eventual: "Shared, eventual",
  fallback: "Own share, Redis is away",
};

export interface Summary {
  tone: "good" | "warn" | "bad";
  words: string;
}

/** How the nodes do, in a sentence. Those that are gone are history. */
export function summary(nodes: readonly Node[]): Summary {
  const there = nodes.filter(({ state }) => state !== "gone");
  const current = there.filter(({ state }) => state === "current");
  const all = there.length;
  if (all === 1 && current.length === 1) return { tone: "good", words: "One node serves, and follows every change." };
  if (current.length === all) return { tone: "good", words: `All ${String(all)} nodes follow every change.` };
  const stale = there.filter(({ state }) => state === "stale").length;
  const words = `${String(current.length)} of ${String(all)} nodes ${current.length === 1 ? "follows" : "follow"} every change.`;
  return { tone: stale > 0 ? "bad" : "warn", words };
}

/** What a node that is cut off does, and from when on. */
export function whenCutOff(nodes: readonly Node[], maxStaleness: number | null): string | null {
  if (maxStaleness === null || nodes.length === 0) return null;
  const after = `${String(maxStaleness)} ${maxStaleness === 1 ? "second" : "seconds"}`;
  const serving = nodes.filter(({ on_stale }) => on_stale === "serve").length;
  if (serving === 0) return `A node that is cut off from the database refuses every key after ${after}, until it is back.`;
  if (serving === nodes.length) return "A node that is cut off from the database goes on with what it knows: a key that is revoked meanwhile works there until it is back.";
  return (
    `A node that is cut off from the database refuses every key after ${after}. ${String(serving)} of these ${serving === 1 ? "does" : "do"} not, and ` +
    `${serving === 1 ? "goes" : "go"} on with what ${serving === 1 ? "it knows" : "they know"}: a key that is revoked meanwhile works there until ${serving === 1 ? "it is" : "they are"} back.`
  );
}

/** The versions that serve, if there are several: an upgrade is under way, or was forgotten. */
export function versions(nodes: readonly Node[]): string[] {
  const found = new Set(nodes.filter(({ state }) => state !== "gone").map(({ version }) => version));
  return found.size > 1 ? [...found].sort() : [];
}

export function receiptState(node: Receipt["nodes"][number]): Said {
  switch (node.state) {
    case "confirmed":
      return { tone: "good", words: node.confirmed_at === null ? "Confirmed" : `Confirmed at ${clockTime(node.confirmed_at)}` };
    case "stale":
      return { tone: "warn", words: "Cut off, refuses every key" };
    case "ended":
      return { tone: "quiet", words: "Stopped meanwhile" };
    case "unconfirmed":
      return node.stale_by === null
        ? { tone: "bad", words: "Not confirmed, may accept the key while cut off" }
        : { tone: "bad", words: `Not confirmed, refuses every key by ${clockTime(node.stale_by)}` };
  }
}
