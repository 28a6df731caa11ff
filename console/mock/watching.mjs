// The endpoints about use: usage, limits, alerts, webhooks and least privilege. Which of them a path means, and its answer.
import { changeRules } from "./alerts.mjs";
import { Refusal, answer } from "./answer.mjs";
import { leastOf, newTrial } from "./least.mjs";
import { keyStandings, tenantStandings } from "./limits.mjs";
import { account } from "./seed.mjs";
import { addressesOf, csvOf, refusalsOf, usageOf } from "./usage.mjs";

/** @typedef {import("../src/api/types.ts").ApiKey} ApiKey */
/** @typedef {import("../src/api/types.ts").Tenant} Tenant */
/** @typedef {import("./server.mjs").Mock} Mock */
/** @typedef {ReturnType<typeof answer>} Answer */
/** @typedef {Record<string, unknown>} Body */

const nothing = () => new Refusal(404, "not_found", "There is nothing at this address.");

/** @template T @param {T[]} all @param {URLSearchParams} query */
function page(all, query) {
  const start = Number(query.get("cursor") ?? 0);
  const end = start + Number(query.get("limit") ?? 50);
  return { data: all.slice(start, end), next_cursor: end < all.length ? String(end) : null };
}

/** @param {Mock} mock @param {ApiKey[]} keys @param {URLSearchParams} query */
function usage(mock, keys, query) {
  const found = usageOf(mock.traffic, keys, query, mock.clock());
  if (query.get("format") !== "csv") return answer(200, found);
  return answer(200, csvOf(found), { "Content-Type": "text/csv; charset=utf-8", "Content-Disposition": 'attachment; filename="usage.csv"' });
}

/** @param {Mock} mock @param {ApiKey} key @param {string} method @param {string[]} path @param {URLSearchParams} query @param {Body} body @param {Tenant} tenant @param {import("node:http").IncomingMessage} request @returns {Answer | null} */
function ofKey(mock, key, method, path, query, body, tenant, request) {
  switch (path.join("/")) {
    case "usage": return usage(mock, [key], query);
    case "limits": return answer(200, keyStandings(key, tenant, mock.catalog, mock.clock()));
    case "addresses": return answer(200, addressesOf(mock.traffic, key, Number(query.get("days") ?? 30), mock.clock()));
    case "refusals": return answer(200, { data: refusalsOf(mock.traffic, [key], query, mock.clock()) });
    case "least-privilege": {
      const days = Number(query.get("days") ?? 30);
      return answer(200, leastOf(mock.traffic, key, mock.catalog, days, mock.clock(), mock.trials.get(key.id) ?? null));
    }
    case "trial": {
      if (method === "DELETE") {
        mock.trials.delete(key.id);
        return answer(204);
      }
      if (method === "PUT") mock.trials.set(key.id, newTrial(/** @type {{ restrictions: object }} */ (/** @type {unknown} */ (body)).restrictions, account.email, mock.clock()));
      const trial = mock.trials.get(key.id);
      if (!trial) throw new Refusal(404, "not_found", "No trial is running for this key.");
      return answer(200, trial);
    }
    case "trial/apply": {
      const trial = mock.trials.get(key.id);
      if (!trial) throw new Refusal(404, "not_found", "No trial is running for this key.");
      const match = request.headers["if-match"];
      if (match !== undefined && match !== `"${String(key.version)}"`) throw new Refusal(412, "precondition_failed", "The key has changed since you read it.");
      key.restrictions = { operations: [], channels: [], attributes: [], ip_ranges: [], ...trial.restrictions };
      mock.trials.delete(key.id);
      return mock.touched(key);
    }
    default: return null;
  }
}

/** @param {Mock} mock @param {string} method @param {string[]} path @param {URLSearchParams} query @param {Body} body @returns {Answer} */
function webhooks(mock, method, [id = "", what = "", delivery = "", replay = ""], query, body) {
  const all = mock.webhooks;
  if (id === "") {
    if (method === "GET") return answer(200, { data: all.all.map(({ webhook }) => webhook), next_cursor: null });
    refuse(all.mistakes(body));
    const { webhook } = all.make(String(body["url"]), /** @type {import("../src/api/types.ts").Webhook["events"]} */ (body["events"] ?? []), typeof body["description"] === "string" ? body["description"] : "");
    return answer(201, { ...webhook, secret: all.secret() });
  }
  const found = all.all.find(({ webhook }) => webhook.id === id);
  if (!found) throw new Refusal(404, "not_found", "There is no such webhook.");
  if (what === "test") return answer(202, all.send(found, "webhook.test", { type: "webhook.test", timestamp: new Date().toISOString(), data: {} }));
  if (what === "rotate-secret") return answer(200, { ...found.webhook, secret: all.secret() });
  if (what === "deliveries") {
    if (replay === "") return answer(200, page(found.deliveries, query));
    const before = found.deliveries.find((each) => each.id === delivery);
    if (!before) throw nothing();
    return answer(202, all.send(found, before.event, before.payload));
  }
  if (method === "DELETE") {
    all.all = all.all.filter((each) => each !== found);
    return answer(204);
  }
  if (method === "PATCH") {
    refuse(all.mistakes(body));
    Object.assign(found.webhook, body, body["status"] === "active" ? { disabled_reason: null } : {});
  }
  return answer(200, found.webhook);
}

/** @param {import("./validate.mjs").Mistake[]} errors */
function refuse(errors) {
  if (errors.length > 0) throw new Refusal(422, "invalid_fields", "Some fields are wrong.", errors);
}

/** @param {Mock} mock @param {string[]} path @param {URLSearchParams} query @returns {Answer} */
function alerts(mock, [id], query) {
  if (id !== undefined) {
    const alert = mock.alerts.find((each) => each.id === id);
    if (!alert) throw new Refusal(404, "not_found", "There is no such alert.");
    if (alert.status === "open") Object.assign(alert, { status: "acknowledged", acknowledged_at: new Date(mock.clock()).toISOString(), acknowledged_by: account.email });
    return answer(200, alert);
  }
  const status = query.get("status") ?? "open";
  const key = query.get("key");
  const found = mock.alerts
    .filter((each) => (status === "all" || each.status === status) && (key === null || each.key?.id === key))
    .sort((a, b) => b.last_at.localeCompare(a.last_at));
  return answer(200, { ...page(found, query), open: mock.alerts.filter((each) => each.status === "open").length });
}

/**
 * The answer, or null when the path is none of these.
 * @param {Mock} mock @param {Tenant} tenant @param {string} method @param {string[]} path @param {URLSearchParams} query
 * @param {Body} body @param {import("node:http").IncomingMessage} request @returns {Answer | null}
 */
export function watching(mock, tenant, method, path, query, body, request) {
  const [first, ...rest] = path;
  const mine = tenant === mock.tenants[0];
  const keys = mock.keys.filter((key) => key.tenant_id === tenant.id);
  switch (first) {
    case "usage": {
      const named = query.getAll("key");
      return usage(mock, named.length > 0 ? keys.filter((key) => named.includes(key.id)) : keys, query);
    }
    case "limits": return answer(200, tenantStandings(tenant, mock.clock()));
    case "refusals": return answer(200, { data: refusalsOf(mock.traffic, keys, query, mock.clock()) });
    case "alerts": return mine ? alerts(mock, rest, query) : answer(200, { data: [], next_cursor: null, open: 0 });
    case "alert-rules": {
      if (method === "PUT") refuse(changeRules(mock.rules, /** @type {Body[]} */ (body["rules"])));
      return answer(200, { rules: mock.rules });
    }
    case "webhooks": return mine ? webhooks(mock, method, rest, query, body) : answer(200, { data: [], next_cursor: null });
    case "api-keys": {
      const [id, ...more] = rest;
      const key = keys.find((each) => each.id === id);
      return key && more.length > 0 ? ofKey(mock, key, method, more, query, body, tenant, request) : null;
    }
    default: return null;
  }
}
