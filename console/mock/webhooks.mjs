// The mock's webhooks: two with a past, and what is sent, which arrives at once or fails as the address says.
import { Buffer } from "node:buffer";
import { makeId, numbers, randomText } from "./seed.mjs";
import { hour, minute } from "./traffic.mjs";

/** @typedef {import("../src/api/types.ts").Webhook} Webhook */
/** @typedef {import("../src/api/types.ts").Delivery} Delivery */
/** @typedef {import("../src/api/types.ts").Alert} Alert */

export class Webhooks {
  /** @param {number} now @param {Alert[]} alerts */
  constructor(now, alerts) {
    this.random = numbers(31);
    /** @type {{ webhook: Webhook, deliveries: Delivery[] }[]} */
    this.all = [];
    if (alerts.length === 0) return;
    const at = (/** @type {number} */ ago) => new Date(now - ago).toISOString();
    const [hooks, pager] = [this.make("https://hooks.acme.example/latchkey", [], "Security channel"), this.make("https://pager.acme.example/in/8f2", ["alert.opened"], "On-call pager")];
    for (const each of [hooks, pager]) each.webhook.created_at = at(900 * hour);
    alerts.slice(0, 5).forEach((alert, i) => {
      const ago = now - Date.parse(alert.last_at);
      hooks.deliveries.push(this.delivery("alert.opened", { type: "alert.opened", timestamp: at(ago), data: alert }, at(ago), 200, i === 1 ? 2 : 0));
    });
    const lost = this.delivery("alert.opened", { type: "alert.opened", timestamp: at(12 * minute), data: alerts[0] }, at(12 * minute), null, 0);
    Object.assign(lost, { status: "pending", next_attempt_at: at(-18 * minute) });
    lost.attempts = [4, 3, 2].map((n) => ({ at: at(n * 3 * minute), status_code: n === 4 ? null : 503, error: n === 4 ? "The connection was refused." : null, duration_ms: n * 37 }));
    pager.deliveries.push(lost);
    for (const each of this.all) this.settle(each);
  }

  /** @param {string} url @param {Webhook["events"]} events @param {string} description */
  make(url, events, description) {
    /** @type {{ webhook: Webhook, deliveries: Delivery[] }} */
    const made = {
      webhook: { id: makeId(this.random, "whk"), url, events, description, status: "active", disabled_reason: null, created_at: new Date().toISOString(), last_delivery: null },
      deliveries: [],
    };
    this.all.push(made);
    return made;
  }

  secret() {
    return `whsec_${Buffer.from(randomText(this.random, 24)).toString("base64")}`;
  }

  /** @param {string} event @param {Record<string, unknown>} payload @param {string} at @param {number | null} status @param {number} failures @returns {Delivery} */
  delivery(event, payload, at, status, failures) {
    const tries = Array.from({ length: failures }, (_, i) => ({ at: new Date(Date.parse(at) - (failures - i) * minute).toISOString(), status_code: 502, error: null, duration_ms: 1204 }));
    return {
      id: makeId(this.random, "dlv"),
      event_id: makeId(this.random, "evt"),
      event,
      status: status !== null && status < 300 ? "delivered" : "failed",
      attempts: [...tries, { at, status_code: status, error: status === null ? "The name could not be resolved." : null, duration_ms: 88 }],
      next_attempt_at: null,
      created_at: at,
      payload,
    };
  }

  /** @param {{ webhook: Webhook, deliveries: Delivery[] }} each */
  settle({ webhook, deliveries }) {
    const last = deliveries[0]?.attempts.at(-1);
    webhook.last_delivery = last ? { at: last.at, status_code: last.status_code, ok: deliveries[0]?.status === "delivered" } : null;
  }

  /** Sends at once. An address with "broken" in it does not take it. @param {{ webhook: Webhook, deliveries: Delivery[] }} each @param {string} event @param {Record<string, unknown>} payload */
  send(each, event, payload) {
    const made = this.delivery(event, payload, new Date().toISOString(), each.webhook.url.includes("broken") ? 500 : 204, 0);
    each.deliveries.unshift(made);
    this.settle(each);
    return made;
  }

  /** @param {Record<string, unknown>} body */
  mistakes({ url, description }) {
    /** @type {{ pointer: string, detail: string }[]} */
    const found = [];
    if (url !== undefined && (typeof url !== "string" || !url.startsWith("https://") || !URL.canParse(url))) {
      found.push({ pointer: "/url", detail: "This must be an https address that the internet can reach." });
    } else if (typeof url === "string" && new URL(url).hostname.endsWith(".internal")) {
      found.push({ pointer: "/url", detail: "This name leads into a private network. Webhooks go to public addresses only." });
    }
    if (typeof description === "string" && description.length > 100) found.push({ pointer: "/description", detail: "A description has at most 100 characters." });
    return found;
  }
}
