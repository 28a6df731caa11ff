// GET .../usage, .../addresses and .../refusals over the mock's traffic.
import { day, hour, minute, profileOf } from "./traffic.mjs";

/** @typedef {import("../src/api/types.ts").ApiKey} ApiKey */
/** @typedef {import("../src/api/types.ts").Usage} Usage */
/** @typedef {import("../src/api/types.ts").Refusals["data"][number]} Refusal */
/** @typedef {import("../src/api/types.ts").Addresses} Addresses */
/** @typedef {import("./traffic.mjs").Traffic} Traffic */

const sizes = { minute, hour, day };
const iso = (/** @type {number} */ ms) => new Date(ms).toISOString();

/** @param {number} count @param {string} name */
function latency(count, name) {
  if (count === 0) return null;
  const slow = name === "" ? 31 : 14 + ((name.length * 7) % 40);
  return { p50: slow, p90: slow * 2.4, p99: slow * 6.1, max: slow * 23.5, count };
}

/** @param {Traffic} traffic @param {ApiKey[]} keys @param {URLSearchParams} query @param {number} now @returns {Usage} */
export function usageOf(traffic, keys, query, now) {
  const end = query.has("to") ? Date.parse(query.get("to") ?? "") : now;
  const begin = query.has("from") ? Date.parse(query.get("from") ?? "") : end - day;
  const length = end - begin;
  const granularity = /** @type {"minute" | "hour" | "day"} */ (query.get("granularity") ?? (length <= 6 * hour ? "minute" : length <= 14 * day ? "hour" : "day"));
  const size = sizes[granularity];
  const from = Math.floor(begin / size) * size;
  const to = Math.ceil(end / size) * size;
  const times = Array.from({ length: (to - from) / size }, (_, i) => from + i * size);
  const groupBy = /** @type {Usage["group_by"]} */ (query.get("group_by"));
  const outcome = query.get("outcome");
  const operation = query.get("operation");

  /** @type {Map<string, { values: number[], allowed: number, label: string }>} */
  const series = new Map();
  if (groupBy === null) series.set("", { values: times.map(() => 0), allowed: 0, label: "All requests" });
  let allowed = 0;
  let refused = 0;
  for (const key of keys) {
    for (let index = Math.floor(from / hour); index * hour < Math.min(to, now); index++) {
      for (const cell of traffic.inHour(key, index)) {
        if (operation !== null && cell.operation !== operation) continue;
        if (outcome !== null && outcome !== cell.outcome && !(outcome === "refused" && cell.outcome !== "allowed")) continue;
        const name = groupBy === null ? "" : { operation: cell.operation, outcome: cell.outcome, status_class: cell.status, key: key.id }[groupBy];
        let into = series.get(name);
        if (into === undefined) series.set(name, (into = { values: times.map(() => 0), allowed: 0, label: groupBy === "key" ? key.nickname : name === "" ? "No operation" : name }));
        const add = (/** @type {number} */ moment, /** @type {number} */ count) => {
          if (count === 0 || moment < from || moment >= Math.min(to, now)) return;
          const bucket = Math.floor((moment - from) / size);
          into.values[bucket] = (into.values[bucket] ?? 0) + count;
          if (cell.outcome === "allowed") {
            allowed += count;
            into.allowed += count;
          } else refused += count;
        };
        if (granularity !== "minute" && index * hour + hour <= now) add(index * hour, cell.count);
        else for (let i = 0; i < cell.count; i++) add(index * hour + traffic.minuteOf(cell, index, i) * minute, 1);
      }
    }
  }
  return {
    from: iso(from),
    to: iso(to),
    granularity,
    group_by: groupBy,
    times: times.map(iso),
    series: [...series]
      .map(([name, { values, label, allowed: through }]) => ({
        key: groupBy === null ? null : name,
        label,
        total: values.reduce((sum, each) => sum + each, 0),
        values,
        latency_ms: latency(through, name),
      }))
      .filter((each) => each.total > 0 || groupBy === null)
      .sort((a, b) => b.total - a.total),
    total: allowed + refused,
    allowed,
    refused,
    latency_ms: latency(allowed, ""),
  };
}

/** @param {Usage} usage */
export function csvOf(usage) {
  const lines = usage.times.flatMap((time, i) =>
    usage.series.filter((each) => (each.values[i] ?? 0) > 0).map((each) => `${time},${each.key ?? "all"},${String(each.values[i])}`),
  );
  return [`time,${usage.group_by ?? "all"},requests`, ...lines, ""].join("\r\n");
}

/** @type {Record<string, string>} */
const details = {
  rate_limited: "This key has used up its limit \"burst\" of 50 requests in 10 seconds. Try again in 4 seconds.",
  channel_not_permitted: "This key may not use channel 504. It may use 505.",
  attribute_not_permitted: "This key may not read the attribute Email. It may read Alias, Country.",
  operation_not_permitted: "This key may not call GetAllActions.",
  ambiguous_request: "The path can be read in two ways. Send it in its normal form.",
  upstream_unreachable: "The API behind the gateway did not answer within 30 seconds. Try again.",
};

/** @param {Traffic} traffic @param {ApiKey[]} keys @param {URLSearchParams} query @param {number} now @returns {Refusal[]} */
export function refusalsOf(traffic, keys, query, now) {
  const code = query.get("code");
  const limit = Number(query.get("limit") ?? 50);
  /** @type {Refusal[]} */
  const found = [];
  const last = Math.floor(now / hour);
  for (let index = last; index > last - 24 * 30 && found.length < limit * 2; index--) {
    for (const key of keys) {
      const { addresses, agent } = profileOf(key);
      for (const cell of traffic.inHour(key, index)) {
        if (cell.outcome === "allowed" || (code !== null && cell.outcome !== code)) continue;
        for (let i = 0; i < cell.count; i++) {
          const at = index * hour + traffic.minuteOf(cell, index, i) * minute + ((i * 7919) % 60) * 1000;
          if (at > now) continue;
          found.push({
            at: iso(at),
            key_id: key.id,
            code: /** @type {Refusal["code"]} */ (cell.outcome),
            detail: details[cell.outcome] ?? "This request is not permitted.",
            operation: cell.operation === "" ? null : cell.operation,
            address: addresses[i % addresses.length] ?? "",
            user_agent: agent,
            request_id: `req_${(index * 31 + i).toString(36)}${String(i)}k`,
          });
        }
      }
    }
  }
  return found.sort((a, b) => b.at.localeCompare(a.at)).slice(0, limit);
}

/** @param {Traffic} traffic @param {ApiKey} key @param {number} days @param {number} now @returns {Addresses} */
export function addressesOf(traffic, key, days, now) {
  const query = new URLSearchParams({ from: iso(now - days * day), to: iso(now), granularity: "day", outcome: "allowed" });
  const usage = usageOf(traffic, [key], query, now);
  const values = usage.series[0]?.values ?? [];
  const { addresses } = profileOf(key);
  const last = Date.parse(key.last_used?.at ?? key.created_at);
  const seen = usage.total === 0 ? [] : addresses;
  return {
    days,
    data: seen.map((address, i) => ({
      address,
      first_seen_at: iso(Math.max(Date.parse(key.created_at), now - (days / (i + 1)) * day)),
      last_seen_at: iso(last - i * 5 * hour),
      requests: Math.round(usage.total / 2 ** (i + (i === seen.length - 1 ? 0 : 1))),
    })),
    per_day: usage.times.map((time, i) => ({ day: time.slice(0, 10), addresses: Math.min(values[i] ?? 0, seen.length - (i % 5 === 1 ? 1 : 0)) })),
    more: false,
  };
}
