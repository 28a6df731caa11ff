// The mock's alerts and the rules that open them.
import { makeId, numbers } from "./seed.mjs";
import { day, hour, minute } from "./traffic.mjs";

/** @typedef {import("../src/api/types.ts").ApiKey} ApiKey */
/** @typedef {import("../src/api/types.ts").Alert} Alert */
/** @typedef {import("../src/api/types.ts").AlertRule} AlertRule */

/** @typedef {[rule: Alert["rule"], severity: Alert["severity"], nickname: string | null, ago: number, lasts: number, count: number, title: string, detail: string, facts: Record<string, unknown>]} Row */

/** @param {(ago: number) => string} at @returns {Row[]} */
const open = (at) => [
  ["quota_near", "critical", "Receipt mailer", 12 * minute, 0, 1, "Receipt mailer has used up its quota daily.",
    "2000 of 2000 requests of this day are used. Requests are refused until then. The count starts anew at midnight, UTC.",
    { quota: "daily", period: "day", requests: 2000, used: 2000, percent: 100, resets_at: at(-9 * hour) }],
  ["refusal_burst", "warning", "Acme SMS Partner", 38 * minute, 2 * hour, 4, "Acme SMS Partner was refused 31 times within 5 minutes.",
    "Of its last 44 requests, 31 were refused, most of them as rate_limited. Either the application is set up wrongly, or somebody tries what the key may not do; the key's refusals show which requests.",
    { refusals: 31, requests: 44, within_minutes: 5, most_frequent: "rate_limited" }],
  ["new_network", "warning", "Data warehouse export", 3 * hour, 0, 1, "Data warehouse export was used from a new network, 2001:db8:40::/48.",
    "A request from 2001:db8:40:1::7 was allowed. The key has been in use since 2026-05-01, and never from this network before. If nobody moved the application, somebody else may have the key: revoke it, or permit only the networks that you know.",
    { network: "2001:db8:40::/48", address: "2001:db8:40:1::7", in_use_since: at(180 * day) }],
  ["unusual_traffic", "warning", "Braze bridge", 27 * hour, hour, 2, "Braze bridge is used far more than usual.",
    "In this hour it has made 412 requests so far; about 38 are usual then, and up to 120 would not be out of its habit. If nobody knows why, look at its addresses and operations, and disable the key until it is clear.",
    { requests: 412, expected: 38, limit: 120, hour: at(27 * hour) }],
  ["old_key", "info", "Store 031", 5 * day, 0, 1, "The secret of Store 031 is 260 days old.",
    "This account exchanges secrets after 90 days. Give the application a new one, then end the old.",
    { days: 260, secret_since: at(260 * day) }],
];

/** @param {ApiKey[]} keys @param {number} now @returns {Alert[]} */
export function makeAlerts(keys, now) {
  const random = numbers(23);
  const at = (/** @type {number} */ ago) => new Date(now - ago).toISOString();
  const make = (/** @type {Row} */ [rule, severity, nickname, ago, lasts, count, title, detail, facts], /** @type {number | null} */ acknowledged) => {
    const key = keys.find((each) => each.nickname === nickname);
    return {
      id: makeId(random, "alr"),
      rule,
      severity,
      status: /** @type {Alert["status"]} */ (acknowledged === null ? "open" : "acknowledged"),
      key: key ? { id: key.id, nickname: key.nickname } : null,
      title,
      detail,
      facts,
      first_at: at(ago + lasts),
      last_at: at(ago),
      count,
      acknowledged_at: acknowledged === null ? null : at(acknowledged),
      acknowledged_by: acknowledged === null ? null : "dana@acme.example",
    };
  };
  const past = Array.from({ length: 34 }, (_, i) => {
    const nickname = `Store ${String(1 + (i % 31)).padStart(3, "0")}`;
    const ago = (6 + i * 2) * day;
    /** @type {Row} */
    const row = ["unused", "info", nickname, ago, 0, 1, `${nickname} has not been used for 90 days.`,
      "If no application needs it any more, revoke it: what does not exist can't be stolen.", { days: 90, last_used_at: at(ago + 90 * day), created_at: at(230 * day) }];
    return make(row, ago - 5 * hour);
  });
  return keys.length === 0 ? [] : [...open(at).map((row) => make(row, null)), ...past];
}

/** @returns {AlertRule[]} */
export function makeRules() {
  const rule = (/** @type {AlertRule["rule"]} */ name, /** @type {string} */ title, /** @type {string} */ description, /** @type {Record<string, number>} */ defaults) => ({
    rule: name, title, description, enabled: true, email: true, webhook: true, settings: { ...defaults }, defaults,
  });
  return [
    rule("new_network", "First use from a new network", "A key was used from a network (an IPv4 /24 or IPv6 /48) that it was never used from before.", { after_days: 1 }),
    rule("unusual_traffic", "Traffic far from the key's habit", "A key is used far more in this hour than it usually is at this hour, and than its own ups and downs explain.", { sensitivity: 3, at_least: 50 }),
    rule("refusal_burst", "Burst of refusals", "Within some minutes a key was refused often, and that was a large share of its requests.", { refusals: 20, within_minutes: 5, share_percent: 50 }),
    rule("quota_near", "Close to quota", "A key or the tenant has used much of a quota, or all of it.", { percent: 80 }),
    rule("unused", "Unused key", "An active key was not used for a long time. Revoke what nobody needs.", { days: 90 }),
    rule("old_key", "Key older than its rotation age", "The newest secret of an active key is old. Exchange it.", { days: 90 }),
  ];
}

/** @type {Record<string, [least: number, most: number]>} */
const bounds = { after_days: [0, 90], sensitivity: [1, 5], at_least: [1, 1e9], refusals: [1, 1e9], within_minutes: [1, 60], share_percent: [1, 100], percent: [1, 100], days: [1, 3650] };

/**
 * Changes the rules, or answers what is wrong with the change.
 * @param {AlertRule[]} rules @param {Record<string, unknown>[]} changes
 */
export function changeRules(rules, changes) {
  const found = changes.flatMap((change, i) =>
    Object.entries(/** @type {Record<string, unknown>} */ (change["settings"] ?? {})).flatMap(([name, value]) => {
      const [least, most] = bounds[name] ?? [0, 0];
      const fine = Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
      return fine ? [] : [{ pointer: `/rules/${String(i)}/settings/${name}`, detail: `This must be a whole number from ${String(least)} to ${String(most)}.` }];
    }),
  );
  if (found.length > 0) return found;
  for (const { rule, settings, ...rest } of changes) {
    const target = rules.find((each) => each.rule === rule);
    if (target) Object.assign(target, rest, { settings: { ...target.settings, .../** @type {object} */ (settings ?? {}) } });
  }
  return [];
}
