// What a key of the mock may do against what it did, and its trial.
import { addressesOf, usageOf } from "./usage.mjs";
import { day, operationsOf } from "./traffic.mjs";

/** @typedef {import("../src/api/types.ts").ApiKey} ApiKey */
/** @typedef {import("../src/api/types.ts").Catalog} Catalog */
/** @typedef {import("../src/api/types.ts").LeastPrivilege} LeastPrivilege */
/** @typedef {import("../src/api/types.ts").Trial} Trial */
/** @typedef {import("./traffic.mjs").Traffic} Traffic */

/** @param {Traffic} traffic @param {ApiKey} key @param {Catalog} catalog @param {number} days @param {number} now @param {Trial | null} trial @returns {LeastPrivilege} */
export function leastOf(traffic, key, catalog, days, now, trial) {
  const since = Math.max(now - days * day, Date.parse(key.created_at));
  const query = new URLSearchParams({ from: new Date(since).toISOString(), granularity: "day", group_by: "operation", outcome: "allowed" });
  const usage = usageOf(traffic, [key], query, now);
  const counts = new Map(usage.series.map((each) => [each.key, each]));
  const last = key.last_used?.at ?? null;
  const chosen = new Set(key.restrictions.operations);
  const permitted = catalog.groups.flatMap((g) => g.operations).filter((op) => op.access_types.includes(key.access_type) && (chosen.size === 0 || chosen.has(op.id)));
  const operations = permitted.map(({ id }) => {
    const requests = counts.get(id)?.total ?? 0;
    return { id, used: requests > 0, last_used_at: requests > 0 ? last : null, requests };
  });
  const takes = catalog.access_types.find((each) => each.id === key.access_type)?.restrictions ?? [];
  const used = operations.filter((op) => op.used).map((op) => op.id);
  const reached = operationsOf(key, catalog).filter((op) => used.includes(op.id));
  const mayName = (/** @type {string} */ id) => key.restrictions.channels.length === 0 || key.restrictions.channels.map(String).includes(id);
  const channels = takes.includes("channels") ? catalog.channels.filter(({ id }) => mayName(String(id))) : [];
  const seen = reached.some((op) => op.channels) || used.length > 3 ? channels.slice(0, Math.max(1, channels.length - 1)).map((each) => each.id) : [];
  const names = takes.includes("attributes") ? (key.restrictions.attributes.length > 0 ? key.restrictions.attributes : catalog.attributes.map((each) => each.name)) : [];
  const read = used.length > 0 ? names.filter((_, i) => i % 4 === 0) : [];
  const { data: addresses } = addressesOf(traffic, key, Math.min(days, 90), now);
  const networks = [...new Set(addresses.map(({ address }) => (address.includes(":") ? "2001:db8:40:1::/64" : address.replace(/\d+$/, "0/24"))))];
  const removes = {
    operations: takes.includes("operations") ? operations.length - used.length : 0,
    channels: seen.length > 0 ? channels.length - seen.length : 0,
    attributes: read.length > 0 ? names.length - read.length : 0,
  };
  const tightens = usage.total > 0 && (removes.operations + removes.channels + removes.attributes > 0 || key.restrictions.ip_ranges.length === 0);
  return {
    days,
    observed_since: new Date(since).toISOString(),
    requests: usage.total,
    operations,
    channels: {
      applies: takes.includes("channels"), all_asked: false, known: true,
      items: channels.map(({ id, name }) => ({ id, name, used: seen.includes(id), last_used_at: seen.includes(id) ? last : null })),
    },
    attributes: {
      applies: takes.includes("attributes"), all_asked: false, known: true,
      items: names.map((name) => ({ name, used: read.includes(name), last_used_at: read.includes(name) ? last : null })),
    },
    addresses: addresses.map(({ address, last_seen_at, requests }) => ({ address, last_used_at: last_seen_at, requests })),
    networks,
    proposal: tightens
      ? {
          operations: takes.includes("operations") ? used : [],
          channels: removes.channels > 0 ? seen : key.restrictions.channels,
          attributes: removes.attributes > 0 ? read : key.restrictions.attributes,
          ip_ranges: key.restrictions.ip_ranges.length > 0 ? key.restrictions.ip_ranges : networks,
        }
      : null,
    removes: tightens ? removes : { operations: 0, channels: 0, attributes: 0 },
    notes: since > now - days * day ? ["The key is younger than the time asked for; what it does once a month may not have happened yet."] : [],
    trial,
  };
}

/** @param {LeastPrivilege["proposal"]} restrictions @param {string} by @param {number} now @returns {Trial} */
export function newTrial(restrictions, by, now) {
  return { restrictions: restrictions ?? {}, started_at: new Date(now).toISOString(), started_by: { type: "user", id: null, name: by }, requests: 0, would_refuse: 0, not_judged: 0, examples: [] };
}

/** A trial that has been running for two days. @param {ApiKey} key @param {Catalog} catalog @param {number} now @returns {Trial} */
export function seededTrial(key, catalog, now) {
  const [, second, third] = operationsOf(key, catalog);
  const at = (/** @type {number} */ ago) => new Date(now - ago).toISOString();
  return {
    restrictions: { operations: operationsOf(key, catalog).slice(0, 3).map((op) => op.id), channels: [504, 505], attributes: [], ip_ranges: ["192.0.2.0/24"] },
    started_at: at(2 * day),
    started_by: { type: "user", id: null, name: "dana@acme.example" },
    requests: 1904,
    would_refuse: 17,
    not_judged: 2,
    examples: [
      { at: at(day / 5), code: "operation_not_permitted", detail: `This key may not call ${third?.id ?? "it"}.`, operation: third?.id ?? null, address: "192.0.2.78", count: 14 },
      { at: at(day), code: "channel_not_permitted", detail: "This key may not use channel 506. It may use 504, 505.", operation: second?.id ?? null, address: "192.0.2.77", count: 3 },
    ],
  };
}
