// What the mock's keys did, hour by hour: a rhythm of days and weeks with some noise, the same at every start. Minutes are
// shares of hours and days their sums, so that every range and grouping tells the same numbers.
import { numbers } from "./seed.mjs";

/** @typedef {import("../src/api/types.ts").ApiKey} ApiKey */
/** @typedef {import("../src/api/types.ts").Catalog} Catalog */
/** @typedef {{ operation: string, outcome: string, status: string, count: number }} Cell */
/**
 * @typedef {object} Profile
 * @property {number} perHour requests of an ordinary hour
 * @property {number} operations how many it uses
 * @property {boolean} [nightly] works at two in the morning
 * @property {Record<string, number>} refused share of each reason
 * @property {string[]} addresses
 * @property {string} agent
 */

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** @type {Record<string, Profile>} */
const profiles = {
  "Acme SMS Partner": {
    perHour: 46, operations: 6, refused: { rate_limited: 0.02, channel_not_permitted: 0.008, attribute_not_permitted: 0.003, operation_not_permitted: 0.001 },
    addresses: ["203.0.113.9", "203.0.113.14", "203.0.113.31"], agent: "acme-sms/4.2 (java 21)",
  },
  "Data warehouse export": {
    perHour: 6, operations: 9, nightly: true, refused: { rate_limited: 0.04, upstream_unreachable: 0.004 },
    addresses: ["198.51.100.20", "2001:db8:40:1::7"], agent: "python-httpx/0.28.1",
  },
  "Braze bridge": {
    perHour: 31, operations: 7, refused: { channel_not_permitted: 0.012, ambiguous_request: 0.001 },
    addresses: ["192.0.2.77", "198.51.100.130", "203.0.113.201", "2001:db8:77::1"], agent: "braze-bridge/1.9",
  },
  "Receipt mailer": { perHour: 84, operations: 2, refused: { rate_limited: 0.006 }, addresses: ["198.51.100.44"], agent: "Go-http-client/2.0" },
};
const store = { perHour: 2, operations: 2, refused: {}, addresses: ["198.51.100.90"], agent: "acme-till/11.3" };

/** @param {ApiKey} key @returns {Profile} */
export const profileOf = (key) => profiles[key.nickname] ?? { ...store, perHour: 1 + (key.nickname.length + Number(key.nickname.at(-1)) || 0) % 4 };

/** @param {string} text */
function hash(text) {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return value;
}

/** The operations that a key uses, the most used first. @param {ApiKey} key @param {Catalog} catalog */
export function operationsOf(key, catalog) {
  const chosen = new Set(key.restrictions.operations);
  const permitted = catalog.groups
    .flatMap((group) => group.operations)
    .filter((op) => op.access_types.includes(key.access_type) && (chosen.size === 0 || chosen.has(op.id)));
  const wanted = key.access_type === "transactional" ? permitted.filter((op) => op.id.includes("Transactional")) : permitted;
  const random = numbers(hash(key.nickname));
  return wanted
    .map((op) => ({ op, order: random() }))
    .sort((a, b) => a.order - b.order)
    .slice(0, profileOf(key).operations)
    .map(({ op }) => op);
}

export class Traffic {
  /** @param {Catalog} catalog */
  constructor(catalog) {
    this.catalog = catalog;
    /** @type {Map<string, Cell[]>} */
    this.cells = new Map();
    /** @type {Map<string, string[]>} */
    this.used = new Map();
  }

  /** @param {ApiKey} key */
  operationsOf(key) {
    let found = this.used.get(key.id);
    if (found === undefined) this.used.set(key.id, (found = operationsOf(key, this.catalog).map((op) => op.id)));
    return found;
  }

  /** What happened in one hour, counted from 1970. @param {ApiKey} key @param {number} index @returns {Cell[]} */
  inHour(key, index) {
    const name = `${key.id} ${String(index)}`;
    let found = this.cells.get(name);
    if (found === undefined) this.cells.set(name, (found = this.make(key, index)));
    return found;
  }

  /** @param {ApiKey} key @param {number} index @returns {Cell[]} */
  make(key, index) {
    if (key.last_used === null) return [];
    const start = index * hour;
    if (start + hour <= Date.parse(key.created_at) || start > Date.parse(key.last_used.at)) return [];
    const profile = profileOf(key);
    const random = numbers(hash(key.nickname) ^ Math.imul(index, 2654435761));
    const at = new Date(start);
    const ofDay = profile.nightly ? (at.getUTCHours() === 2 ? 38 : 0.6) : 0.35 + 1.1 * Math.max(0, Math.sin(((at.getUTCHours() - 5) / 16) * Math.PI));
    const ofWeek = [0, 6].includes(at.getUTCDay()) ? 0.55 : 1;
    const total = Math.round(profile.perHour * ofDay * ofWeek * (0.75 + random() * 0.5));
    // Now and then a caller runs into its limit.
    const burst = random() < 0.04 ? 6 : 1;
    const used = this.operationsOf(key);
    /** @type {Cell[]} */
    const cells = [];
    used.forEach((id, i) => {
      const share = total * (0.55 ** i) * (i === used.length - 1 ? 1 : 0.45) + random() * 0.6;
      const count = Math.round(share);
      if (count > 0) cells.push({ operation: id, outcome: "allowed", status: random() < 0.03 ? "5xx" : "2xx", count });
    });
    for (const [code, share] of Object.entries(profile.refused)) {
      const count = Math.floor(total * share * (code === "rate_limited" ? burst : 1) + random() * 0.9);
      if (count === 0) continue;
      const operation = code === "operation_not_permitted" || code === "ambiguous_request" ? "" : (used[0] ?? "");
      cells.push({ operation, outcome: code, status: "none", count });
    }
    return cells;
  }

  /**
   * How many of a cell fall into [from, to), where each of its requests has a minute of the hour of its own.
   * @param {Cell} cell @param {number} index @param {number} from @param {number} to
   */
  within(cell, index, from, to) {
    const start = index * hour;
    if (from <= start && start + hour <= to) return cell.count;
    let count = 0;
    for (let i = 0; i < cell.count; i++) {
      const moment = start + this.minuteOf(cell, index, i) * minute;
      if (moment >= from && moment < to) count++;
    }
    return count;
  }

  /** @param {Cell} cell @param {number} index @param {number} nth */
  minuteOf({ operation, outcome }, index, nth) {
    return (hash(`${operation}${outcome}${String(index)}:${String(nth)}`) >>> 8) % 60;
  }
}
