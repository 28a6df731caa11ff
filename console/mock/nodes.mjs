// The nodes of the mock's cluster, and the receipts that they give.

/** @typedef {import("../src/api/types.ts").Node} Node */
/** @typedef {import("../src/api/types.ts").Receipt} Receipt */

const iso = (/** @type {number} */ at) => new Date(at).toISOString();
const names = ["fra-1", "fra-2", "iad-1"];

/** @param {number} now @returns {Node[]} */
export function makeNodes(now) {
  return names.map((name, i) => ({
    id: `nod_01920f4e1c7a7cc8b9d2f0a1b2c3d4e${String(i)}`,
    name,
    version: "1.0.0",
    state: "current",
    self: i === 0,
    on_stale: "deny",
    position: 48_213,
    lag: 0,
    lag_ms: 0,
    keys: 1_204_811,
    checks_per_second: [412, 388, 97][i] ?? 0,
    started_at: iso(now - (9 - i) * 86_400_000),
    seen_at: iso(now),
    store: "postgres",
    limits: "exact",
  }));
}

/** @param {Node[]} nodes @returns {Receipt} */
export function receipt(nodes) {
  const now = Date.now();
  const by = iso(now + 4_000);
  /** @type {Receipt["nodes"]} */
  const each = nodes
    .filter(({ state }) => state !== "gone")
    .map(({ id, name, position, state, on_stale }) => ({
      id,
      name,
      position: state === "current" ? position + 1 : position,
      state: state === "current" ? "confirmed" : on_stale === "deny" && state === "stale" ? "stale" : "unconfirmed",
      confirmed_at: state === "current" ? iso(now) : null,
      stale_by: state === "current" || on_stale === "serve" ? null : by,
    }));
  const missing = each.filter(({ state }) => state === "unconfirmed");
  const sequence = Math.max(...nodes.map(({ position }) => position)) + 1;
  const everywhere = missing.some(({ stale_by: staleBy }) => staleBy === null) ? null : missing.length > 0 ? by : iso(now);
  return { sequence, wait: "all", complete: missing.length === 0, committed_at: iso(now), refused_everywhere_by: everywhere, nodes: each };
}
