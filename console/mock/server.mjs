// A stand-in for the Latchkey server: the endpoints of api/openapi.yaml that the console uses, over keys in memory.
// It serves the built console too, under the policy that the real server sends, so that a page which breaks the policy
// breaks here. For the console's tests and for work on its looks; it guards nothing.
import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { makeAlerts, makeRules } from "./alerts.mjs";
import { makeCatalog } from "./catalog.mjs";
import { seededTrial } from "./least.mjs";
import { Life } from "./life.mjs";
import { keptLimits } from "./limits.mjs";
import { Refusal, answer } from "./answer.mjs";
import { makeNodes, receipt } from "./nodes.mjs";
import { Requests } from "./requests.mjs";
import { account, firstSecret, hintOf, makeId, makeKeys, makeTenants, noLimits, numbers, randomText } from "./seed.mjs";
import { Traffic } from "./traffic.mjs";
import { mistakesOf } from "./validate.mjs";
import { watching } from "./watching.mjs";
import { Webhooks } from "./webhooks.mjs";

/** @typedef {import("../src/api/types.ts").ApiKey} ApiKey */
/** @typedef {import("../src/api/types.ts").Session} Session */
/** @typedef {import("../src/api/types.ts").Tenant} Tenant */
/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
/** @type {Record<string, string>} */
const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8", ".yaml": "application/yaml" };
const distFolder = fileURLToPath(new URL("../dist", import.meta.url));
const openapiFile = fileURLToPath(new URL("../../api/openapi.yaml", import.meta.url));

export class Mock {
  /** @param {{ role?: "owner" | "admin" | "viewer", empty?: boolean, tenants?: number, running?: boolean }} [options] */
  constructor({ role = "owner", empty = false, tenants = 2, running = false } = {}) {
    this.now = Date.now();
    /** Whether traffic goes on. A test stops time, so that two questions have one answer, and moves `elapsed` itself. */
    this.running = running;
    this.elapsed = 0;
    this.random = numbers(11);
    this.catalog = makeCatalog();
    this.role = role;
    this.tenants = makeTenants(this.now).slice(0, tenants);
    /** @type {ApiKey[]} */
    this.keys = empty ? [] : makeKeys(this.now, this.tenants[0]?.id ?? "");
    this.traffic = new Traffic(this.catalog);
    this.alerts = makeAlerts(this.keys, this.now);
    this.rules = makeRules();
    this.nodes = makeNodes(this.now);
    this.webhooks = new Webhooks(this.now, this.alerts);
    /** Trials, by the key's id. @type {Map<string, import("../src/api/types.ts").Trial>} */
    this.trials = new Map();
    const tried = this.keys.find((key) => key.nickname === "Braze bridge");
    if (tried) this.trials.set(tried.id, seededTrial(tried, this.catalog, this.now));
    this.life = new Life(this);
    this.requests = new Requests(this, empty);
    /** The cookie's value and CSRF token of the one session there can be. @type {{ id: string, csrf: string } | null} */
    this.session = null;
    /** What the session ends at; see endSessionAt. @type {string | null} */
    this.endingAt = null;
    /** Idempotency keys, with the key that each made. @type {Map<string, string>} */
    this.once = new Map();
    /** Requests to answer 503, by a part of "METHOD path". @type {string | null} */
    this.failing = null;
    /** Creations whose answer is lost on the way, as by a proxy that gives up, after the key was made. */
    this.loseAnswers = 0;
    /** "METHOD path" of every API request. @type {string[]} */
    this.seen = [];
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** @param {number} port @returns {Promise<string>} the address */
  listen(port) {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", () => {
        const at = this.server.address();
        resolve(`http://127.0.0.1:${String(typeof at === "object" && at ? at.port : port)}`);
      });
    });
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** The moment up to which there is traffic. */
  clock() {
    return this.running ? Date.now() : this.now + this.elapsed;
  }

  /**
   * Ends the session behind the console's back, when the next request comes that contains this: "METHOD path". A page
   * asks for more than a test does, so a session that ended at once would be noticed at a moment nobody knows.
   * @param {string} request
   */
  endSessionAt(request) {
    this.endingAt = request;
  }

  /** @param {Request} request @param {Response} response */
  async serve(request, response) {
    const url = new URL(request.url ?? "/", "http://mock");
    if (!url.pathname.startsWith("/v1/")) {
      serveFile(url.pathname, response);
      return;
    }
    const requestId = `req_${randomText(this.random, 12)}`;
    response.setHeader("X-Request-Id", requestId);
    response.setHeader("Cache-Control", "no-store");
    this.seen.push(`${request.method ?? ""} ${url.pathname}${url.search}`);
    try {
      const { status, body, headers } = await this.route(request, url);
      response.writeHead(status, { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers });
      response.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, "internal", String(error));
      const problem = {
        type: `urn:latchkey:problem:${refusal.code}`,
        title: refusal.code.replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase()),
        status: refusal.status,
        detail: refusal.message,
        code: refusal.code,
        request_id: requestId,
        ...(refusal.errors ? { errors: refusal.errors } : {}),
      };
      response.writeHead(refusal.status, { "Content-Type": "application/problem+json" });
      response.end(JSON.stringify(problem));
    }
  }

  /** @param {Request} request @param {URL} url */
  async route(request, url) {
    const method = request.method ?? "GET";
    if (this.endingAt !== null && `${method} ${url.pathname}`.includes(this.endingAt)) {
      this.session = null;
      this.endingAt = null;
    }
    if (this.failing !== null && `${method} ${url.pathname}`.includes(this.failing)) {
      throw new Refusal(503, "unavailable", "The server is busy. Try again in a moment.");
    }
    const body = method === "GET" ? {} : await readJson(request);
    if (url.pathname === "/v1/login") return this.login(body);
    if (url.pathname === "/v1/logout") {
      this.session = null;
      return answer(204, undefined, { "Set-Cookie": "__Host-latchkey=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0" });
    }
    const [, collected] = /^\/v1\/hand-overs\/(.+)$/.exec(url.pathname) ?? [];
    if (collected !== undefined) return this.life.collect(method, collected.split("/"), body);
    const [, form] = /^\/v1\/request-links\/(.+)$/.exec(url.pathname) ?? [];
    if (form !== undefined) return this.requests.form(method, form.split("/"), body, request);
    this.requireSession(request, method);
    if (url.pathname === "/v1/session") return answer(200, this.describeSession());
    if (url.pathname === "/v1/catalog") return answer(200, this.catalog);
    if (url.pathname === "/v1/nodes") {
      if (this.role === "viewer") throw new Refusal(403, "permission_denied", "Only owners and admins can list the nodes.");
      return answer(200, { data: this.nodes, head: Math.max(...this.nodes.map(({ position }) => position)), max_staleness_seconds: this.nodes.length > 1 ? 5 : null });
    }
    const [, tenantId = "", below = ""] = /^\/v1\/tenants\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
    const tenant = this.tenants.find((each) => each.id === tenantId);
    if (!tenant) throw new Refusal(404, "not_found", "There is nothing at this address.");
    if (method !== "GET" && this.role === "viewer") throw new Refusal(403, "permission_denied", "Viewers can't change anything.");
    const watched = watching(this, tenant, method, below.split("/").slice(1), url.searchParams, body, request);
    if (watched) return watched;
    const [, links] = /^\/request-links(?:\/(.*))?$/.exec(below) ?? [];
    if (below.startsWith("/request-links")) return this.requests.ofTenant(tenant, method, (links ?? "").split("/"), body, request);
    const policy = this.life.ofTenant(method, below.slice(1), body);
    if (policy) return policy;
    const [, rest] = /^\/api-keys(.*)$/.exec(below) ?? [];
    if (rest === undefined) throw new Refusal(404, "not_found", "There is nothing at this address.");
    if (rest === "") return method === "POST" ? this.create(tenant, body, request) : this.list(tenant, url.searchParams);
    const [, id = "", ...path] = rest.split("/");
    const [action = ""] = path;
    const key = this.keys.find((each) => each.id === id && each.tenant_id === tenant.id);
    if (!key) throw new Refusal(404, "not_found", "There is no such API key.");
    const match = request.headers["if-match"];
    if (match !== undefined && match !== `"${String(key.version)}"`) {
      throw new Refusal(412, "precondition_failed", "The key has changed since you read it.");
    }
    const receipted = (/** @type {ReturnType<typeof answer>} */ given) =>
      url.searchParams.get("wait") === "all" ? { ...given, body: { .../** @type {object} */ (given.body), receipt: receipt(this.nodes) } } : given;
    const life = this.life.ofKey(key, method, path, body, url.searchParams);
    if (life) return receipted(life);
    if (action !== "") return receipted(this.act(key, action, body));
    return method === "PATCH" ? this.update(tenant, key, body) : answer(200, key, { ETag: `"${String(key.version)}"` });
  }

  /** @param {Record<string, unknown>} body */
  login({ email, password }) {
    if (email !== account.email || password !== account.password) {
      throw new Refusal(401, "invalid_credentials", "The email or the password is wrong.");
    }
    this.session = { id: randomText(this.random, 32), csrf: randomText(this.random, 24) };
    const cookie = `__Host-latchkey=${this.session.id}; Path=/; Secure; HttpOnly; SameSite=Strict`;
    return answer(200, this.describeSession(), { "Set-Cookie": cookie });
  }

  /** @param {Request} request @param {string} method */
  requireSession(request, method) {
    const cookie = /(?:^|; )__Host-latchkey=([^;]+)/.exec(request.headers.cookie ?? "")?.[1];
    if (!this.session || cookie !== this.session.id) throw new Refusal(401, "unauthenticated", "Sign in first.");
    if (method !== "GET" && request.headers["x-csrf-token"] !== this.session.csrf) {
      throw new Refusal(403, "csrf_required", "The CSRF token is missing or wrong.");
    }
  }

  /** @returns {Session} */
  describeSession() {
    const since = new Date(this.now - 1e10).toISOString();
    return {
      user: { id: "usr_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", tenant_id: this.tenants[0]?.id ?? "", email: account.email, name: "Dana Reyes", role: this.role, created_at: since },
      tenants: this.tenants,
      csrf_token: this.session?.csrf ?? "",
      expires_at: new Date(Date.now() + 12 * 3_600_000).toISOString(),
    };
  }

  /** @param {Tenant} tenant @param {URLSearchParams} query */
  list(tenant, query) {
    const q = (query.get("q") ?? "").toLowerCase();
    const sort = query.get("sort") ?? "-created_at";
    const field = /** @type {"nickname" | "created_at"} */ (sort.replace("-", ""));
    const same = (/** @type {string} */ name, /** @type {string} */ value) => !query.has(name) || query.get(name)?.toLowerCase() === value.toLowerCase();
    const found = this.keys
      .filter((key) => key.tenant_id === tenant.id)
      .filter((key) => [key.nickname, key.contact_email, key.hint, key.id].some((text) => text.toLowerCase().includes(q)))
      .filter((key) => key.status !== "deleted" || query.get("status") === "deleted")
      .filter((key) => same("status", key.status) && same("access_type", key.access_type) && same("nickname", key.nickname))
      .sort((a, b) => a[field].toLowerCase().localeCompare(b[field].toLowerCase()) * (sort.startsWith("-") ? -1 : 1));
    const start = Number(query.get("cursor") ?? 0);
    const end = start + Number(query.get("limit") ?? 50);
    return answer(200, { data: found.slice(start, end), next_cursor: end < found.length ? String(end) : null, total: found.length });
  }

  /** @param {Tenant} tenant @param {Record<string, unknown>} body @param {Request} request */
  create(tenant, body, request) {
    const once = String(request.headers["idempotency-key"] ?? "");
    const before = this.keys.find((key) => key.id === this.once.get(once));
    if (before) return answer(200, before, { "Idempotent-Replayed": "true" });
    this.check(tenant, body, null);
    const secret = `lk_live_${randomText(this.random, 38)}`;
    const made = new Date().toISOString();
    const id = makeId(this.random, "key");
    /** @type {ApiKey} */
    const key = {
      id,
      tenant_id: tenant.id,
      nickname: String(body["nickname"]),
      contact_email: String(body["contact_email"]),
      access_type: String(body["access_type"]),
      restrictions: { operations: [], channels: [], attributes: [], ip_ranges: [], .../** @type {object} */ (body["restrictions"]) },
      limits: body["limits"] === undefined ? noLimits() : keptLimits(/** @type {object} */ (body["limits"]), this.catalog),
      status: "active",
      hint: hintOf(secret),
      expires_at: typeof body["expires_at"] === "string" ? body["expires_at"] : null,
      last_used: null,
      ...firstSecret(id, made, null),
      created_at: made,
      created_by: { type: "user", id: "usr_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", name: account.email },
      updated_at: made,
      disabled_at: null,
      revoked_at: null,
      version: 1,
      exposure: null,
      origin: "created",
      import: null,
    };
    if (body["hand_over"] !== undefined) this.life.chosen(key, /** @type {import("../src/api/types.ts").HandOverInput} */ (body["hand_over"]));
    this.keys.unshift(key);
    this.life.handOver(key, secret);
    if (once !== "") this.once.set(once, key.id);
    if (this.loseAnswers-- > 0) throw new Refusal(504, "upstream_unreachable", "The answer was lost on its way.");
    return answer(201, key.hand_over.kind === "show" ? { ...key, secret } : key, { ETag: '"1"', Location: `/v1/tenants/${tenant.id}/api-keys/${key.id}` });
  }

  /** @param {Tenant} tenant @param {ApiKey} key @param {Record<string, unknown>} body */
  update(tenant, key, body) {
    if (key.status === "revoked") throw new Refusal(409, "conflict", "A revoked key can't change. Make another key.");
    this.check(tenant, body, key.access_type);
    const limits = body["limits"] === undefined ? key.limits : keptLimits(/** @type {object} */ (body["limits"]), this.catalog);
    Object.assign(key, body, { limits });
    if (key.status === "expired" && (key.expires_at === null || Date.parse(key.expires_at) > Date.now())) key.status = "active";
    return this.touched(key);
  }

  /** @param {ApiKey} key @param {string} action @param {Record<string, unknown>} body */
  act(key, action, { nickname }) {
    if (nickname !== undefined && nickname !== key.nickname) {
      throw new Refusal(409, "conflict", "The nickname does not match. Type it exactly as it is.");
    }
    if (key.status === "revoked" && action !== "revoke") throw new Refusal(409, "conflict", "A revoked key stays revoked.");
    const now = new Date().toISOString();
    if (action === "disable") Object.assign(key, { status: "disabled", disabled_at: now });
    else if (action === "enable") Object.assign(key, { status: "active", disabled_at: null });
    else if (action === "revoke") Object.assign(key, { status: "revoked", revoked_at: now });
    else throw new Refusal(404, "not_found", "There is nothing at this address.");
    return this.touched(key);
  }

  /** @param {ApiKey} key */
  touched(key) {
    key.version += 1;
    key.updated_at = new Date().toISOString();
    return answer(200, key, { ETag: `"${String(key.version)}"` });
  }

  /** @param {Tenant} tenant @param {Record<string, unknown>} body @param {string | null} accessType */
  check(tenant, body, accessType) {
    const errors = mistakesOf(body, { catalog: this.catalog, tenant, accessType, creating: accessType === null, now: Date.now() });
    if (errors.length > 0) throw new Refusal(422, "invalid_fields", "Some fields are wrong.", errors);
  }
}

/** @param {Request} request @returns {Promise<Record<string, unknown>>} */
async function readJson(request) {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : /** @type {Record<string, unknown>} */ (JSON.parse(text));
}

/** @param {string} path @param {Response} response */
function serveFile(path, response) {
  const asked = normalize(decodeURIComponent(path));
  const file = asked === "/openapi.yaml" ? openapiFile : join(distFolder, asked === "/docs" ? "docs.html" : asked);
  const found = existsSync(file) && statSync(file).isFile();
  if (!found && asked.startsWith("/assets/")) return void response.writeHead(404).end();
  const served = found ? file : join(distFolder, "index.html");
  if (!existsSync(served)) return void response.writeHead(503).end("Run `npm run build` first.\n");
  response.writeHead(200, {
    "Content-Type": types[extname(served)] ?? "application/octet-stream",
    "Content-Security-Policy": policy,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  });
  if (served.endsWith(".html")) response.end(readFileSync(served));
  else createReadStream(served).pipe(response);
}
