import { expect, it } from "vitest";
import type { Node, Receipt } from "../api/types.ts";
import { receiptNotification, receiptWords } from "./receipt.ts";
import { following, nodeState, receiptState, summary, versions, whenCutOff } from "./words.ts";

const node = (change: Partial<Node> = {}): Node => ({
  id: "nod_1",
  name: "fra-1",
  version: "1.0.0",
  state: "current",
  self: true,
  on_stale: "deny",
  position: 10,
  lag: 0,
  lag_ms: 0,
  keys: 3,
  checks_per_second: 1,
  started_at: "2026-01-01T00:00:00Z",
  seen_at: "2026-01-01T00:00:00Z",
  store: "postgres",
  limits: "local",
  ...change,
});

type OfNode = Receipt["nodes"][number];
const told = (name: string, state: OfNode["state"], staleBy: string | null = null): OfNode => ({
  id: `nod_${name}`,
  name,
  state,
  position: 11,
  confirmed_at: state === "confirmed" ? "2026-01-01T12:00:00Z" : null,
  stale_by: staleBy,
});
const receipt = (nodes: OfNode[], by: string | null = null): Receipt => ({
  sequence: 11,
  wait: "all",
  complete: nodes.every(({ state }) => state !== "unconfirmed"),
  committed_at: "2026-01-01T12:00:00Z",
  refused_everywhere_by: by,
  nodes,
});

it("says that all nodes refuse", () => {
  const words = receiptWords(receipt([told("a", "confirmed"), told("b", "confirmed"), told("c", "confirmed")]));
  expect(words).toEqual({ tone: "info", line: "Refused on 3 of 3 nodes.", more: "" });
});

it("counts a node that is cut off as refusing, and none that stopped", () => {
  const words = receiptWords(receipt([told("a", "confirmed"), told("b", "stale"), told("c", "ended")]));
  expect(words).toEqual({ tone: "info", line: "Refused on 2 of 2 nodes.", more: "b is cut off and refuses every key." });
});

it("says by when a node refuses that has not confirmed", () => {
  const by = "2026-01-01T12:00:05Z";
  const words = receiptWords(receipt([told("a", "confirmed"), told("b", "unconfirmed", by)], by));
  expect(words.tone).toBe("warn");
  expect(words.line).toBe("Refused on 1 of 2 nodes.");
  expect(words.more).toMatch(/^b has not confirmed; it will refuse the key by \d+:\d\d:05\s[AP]M at the latest\.$/);
});

it("promises nothing of nodes that serve when they are cut off", () => {
  const words = receiptWords(receipt([told("a", "confirmed"), told("b", "unconfirmed"), told("c", "unconfirmed")]));
  expect(words.more).toBe("b and c have not confirmed; they may go on accepting the key while cut off from the database.");
});

it("leaves a notification where a node may still accept, and none about the only node", () => {
  const bad = receipt([told("a", "confirmed"), told("b", "unconfirmed")]);
  expect(receiptNotification("K is revoked.", bad)).toMatchObject({ message: expect.stringContaining("K is revoked. Refused on 1 of 2 nodes. b has not") as string, autoClose: false });
  expect(receiptNotification("K is revoked.", receipt([told("a", "confirmed"), told("b", "confirmed")]))).toEqual({ message: "K is revoked. Refused on 2 of 2 nodes." });
  expect(receiptNotification("K is revoked.", receipt([told("a", "confirmed")]))).toEqual({ message: "K is revoked." });
  expect(receiptNotification("K is revoked.", undefined)).toEqual({ message: "K is revoked." });
});

it("sums the nodes up", () => {
  expect(summary([node()]).words).toBe("One node serves, and follows every change.");
  expect(summary([node(), node(), node({ state: "gone" })])).toEqual({ tone: "good", words: "All 2 nodes follow every change." });
  expect(summary([node(), node({ state: "loading" })])).toEqual({ tone: "warn", words: "1 of 2 nodes follows every change." });
  expect(summary([node(), node({ state: "stale" })]).tone).toBe("bad");
});

it("says how far a node follows", () => {
  expect(following(node())).toBe("Everything");
  expect(following(node({ lag: 1, lag_ms: 20 }))).toBe("1 change behind");
  expect(following(node({ lag: 1204, lag_ms: 3_400 }))).toBe("1,204 changes behind, for 3 s");
  expect(following(node({ lag: 2, lag_ms: 240_000 }))).toBe("2 changes behind, for 4 min");
  expect(following(node({ lag: 2, lag_ms: null }))).toBe("2 changes behind");
  expect(following(node({ lag: 99, state: "loading" }))).toBe("Not yet");
});

it("says what a node does that is cut off", () => {
  expect(nodeState(node({ state: "stale" })).words).toBe("Cut off, refuses every key");
  expect(nodeState(node({ state: "stale", on_stale: "serve" })).words).toBe("Cut off, serves what it knows");
  expect(whenCutOff([node()], null)).toBeNull();
  expect(whenCutOff([node()], 5)).toContain("refuses every key after 5 seconds");
  expect(whenCutOff([node(), node({ on_stale: "serve" })], 5)).toContain("1 of these does not, and goes on with what it knows");
});

it("names versions only if there are several", () => {
  expect(versions([node(), node()])).toEqual([]);
  expect(versions([node({ version: "1.1.0" }), node(), node({ version: "0.9.0", state: "gone" })])).toEqual(["1.0.0", "1.1.0"]);
});

it("says what a receipt has of a node", () => {
  expect(receiptState(told("a", "confirmed")).words).toMatch(/^Confirmed at /);
  expect(receiptState(told("a", "stale")).words).toBe("Cut off, refuses every key");
  expect(receiptState(told("a", "ended")).words).toBe("Stopped meanwhile");
  expect(receiptState(told("a", "unconfirmed")).tone).toBe("bad");
});
