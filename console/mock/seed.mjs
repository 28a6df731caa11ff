// What the mock server starts with: one person, two tenants, and keys in every state.

/** @typedef {import("../src/api/types.ts").ApiKey} ApiKey */
/** @typedef {import("../src/api/types.ts").Limits} Limits */
/** @typedef {import("../src/api/types.ts").Tenant} Tenant */

const hour = 3_600_000;
const day = 24 * hour;

/** The mock's only account. */
export const account = { email: "dana@acme.example", password: "correct horse battery staple" };

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** A repeatable source of numbers (mulberry32), so that every run shows the same keys. @param {number} seed */
export function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** @param {() => number} random @param {number} length */
export function randomText(random, length) {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

/** @param {() => number} random @param {string} prefix */
export function makeId(random, prefix) {
  return `${prefix}_01920f4e1c7a7${Array.from({ length: 19 }, () => Math.floor(random() * 16).toString(16)).join("")}`;
}

/** @param {string} secret */
export function hintOf(secret) {
  return `${secret.slice(0, 11)}…${secret.slice(-4)}`;
}

/** @param {number} now @returns {Tenant[]} */
export function makeTenants(now) {
  const since = new Date(now - 400 * day).toISOString();
  const common = { status: /** @type {const} */ ("active"), ip_ranges: [], created_at: since, updated_at: since };
  /** @type {Limits} */
  const all = {
    rate_limits: [{ name: "all-keys", requests: 3000, window_seconds: 60, rate_class: null }],
    quotas: [{ name: "plan", period: "month", requests: 250_000 }],
  };
  return [
    { id: "ten_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", cid: 1042, name: "Acme Games", enabled_channels: [], limits: all, ...common },
    { id: "ten_01920f4e1c7a7cc8b9d2f0a1b2c3d4e6", cid: 1077, name: "Acme Nordic", enabled_channels: [504, 505], limits: noLimits(), ...common },
  ];
}

/**
 * Nickname, access type, days since it was made, hours since it was last used (null: never), and what else differs.
 * @type {[string, string, number, number | null, Partial<ApiKey> & {expiresInDays?: number}][]}
 */
const rows = [
  ["Acme SMS Partner", "integrations", 41, 0.07, { restrictions: limits([505], ["Alias", "Country"], ["203.0.113.0/24"]) }],
  ["Data warehouse export", "admin", 190, 3, {}],
  ["Braze bridge", "integrations", 88, 26, { restrictions: limits([504, 505, 506], [], []), expiresInDays: 6 }],
  ["Receipt mailer", "transactional", 12, 0.4, {}],
  ["CRM sync (old)", "admin", 320, 24 * 70, { status: "disabled" }],
  ["Agency sandbox", "integrations", 63, null, { restrictions: limits([504], ["Alias"], []) }],
  ["Contractor, spring campaign", "integrations", 140, 24 * 45, { expiresInDays: -30 }],
  ["Leaked in a support ticket", "admin", 210, 24 * 33, { status: "revoked" }],
  ["Loyalty app", "integrations", 0.2, null, {}],
];

/** @type {typeof rows} */
const gone = [["Old importer", "admin", 400, 24 * 12, { status: "deleted" }]];

/** @returns {Limits} */
export function noLimits() {
  return { rate_limits: [], quotas: [] };
}

/** @type {Record<string, Limits>} */
const ownLimits = {
  "Acme SMS Partner": {
    rate_limits: [{ name: "hourly", requests: 2000, window_seconds: 3600, rate_class: "default" }],
    quotas: [{ name: "daily", period: "day", requests: 20_000 }],
  },
  "Receipt mailer": { rate_limits: [], quotas: [{ name: "daily", period: "day", requests: 2000 }] },
};

/** @param {number[]} channels @param {string[]} attributes @param {string[]} ip_ranges */
function limits(channels, attributes, ip_ranges) {
  return { operations: [], channels, attributes, ip_ranges };
}

/** @type {Record<string, string>} */
const agents = { "Acme SMS Partner": "acme-sms/4.2 (java 21)", "Data warehouse export": "python-httpx/0.28.1", "Braze bridge": "braze-bridge/1.9", "Receipt mailer": "Go-http-client/2.0" };

/**
 * The one secret of a key that was never rotated.
 * @param {string} key @param {string} made @param {ApiKey["last_used"]} lastUsed
 * @returns {Pick<ApiKey, "secrets" | "generation" | "rotation" | "hand_over" | "deleted_at">}
 */
export function firstSecret(key, made, lastUsed) {
  return {
    secrets: [{ id: key.replace("key_", "sec_"), state: "current", created_at: made, valid_until: null, last_used: lastUsed }],
    generation: 1,
    rotation: null,
    hand_over: { kind: "show", manager: null, path: null },
    deleted_at: null,
  };
}

/**
 * Keys in the middle of their lives: rotating with both secrets in use, rotating towards a secret manager that is away, handed
 * over by a link, rotated lately.
 * @param {ApiKey} key @param {(ago: number) => string} ago
 */
function live(key, ago) {
  const [first] = key.secrets;
  if (!first) return;
  const fresh = { ...first, id: `${first.id.slice(0, -1)}f`, valid_until: null };
  const rotation = { old_secret_id: first.id, new_secret_id: fresh.id, old_hint: hintOf(`lk_live_7Qd${"x".repeat(31)}w3Ke`), overlap_seconds: 86_400 };
  switch (key.nickname) {
    case "Data warehouse export":
      key.hand_over = { kind: "secret_manager", manager: "vault-prod", path: "apps/data-warehouse-export" };
      key.rotation = { ...rotation, started_at: ago(9 * hour), finish: "at_end", ends_at: ago(-15 * hour), delivering: false };
      key.secrets = [
        { ...first, state: "old", valid_until: ago(-15 * hour), last_used: { at: ago(4 * 60_000), address: "198.51.100.20", user_agent: "python-httpx/0.27.0", operation: "GetLastDataUpdate" } },
        { ...fresh, state: "new", created_at: ago(9 * hour) },
      ];
      key.generation = 4;
      break;
    case "Agency sandbox":
      key.hand_over = { kind: "secret_manager", manager: "vault-prod", path: "apps/agency-sandbox" };
      key.rotation = { ...rotation, started_at: ago(hour / 3), finish: "at_end", ends_at: null, delivering: true };
      key.secrets = [{ ...first, state: "old" }, { ...fresh, state: "new", created_at: ago(hour / 3), last_used: null }];
      key.generation = 2;
      break;
    case "Loyalty app":
      key.hand_over = { kind: "link", manager: null, path: null };
      break;
    case "Receipt mailer":
      key.secrets = [{ ...first, state: "ended", valid_until: ago(2 * day), last_used: first.last_used && { ...first.last_used, at: ago(2.2 * day) } }, { ...fresh, state: "current", created_at: ago(3 * day) }];
      key.generation = 3;
      break;
  }
}

/** @param {number} now @param {string} tenant @returns {ApiKey[]} */
export function makeKeys(now, tenant) {
  const random = numbers(7);
  const at = (/** @type {number} */ ms) => new Date(ms).toISOString();
  const stores = Array.from({ length: 31 }, (_, i) => /** @type {(typeof rows)[number]} */ ([
    `Store ${String(i + 1).padStart(3, "0")}`, "transactional", 230 + i, 5 + i * 3, {},
  ]));
  const made = [...rows, ...stores, ...gone].map(([nickname, access_type, age, idle, { expiresInDays, ...rest }]) => {
    const since = now - age * day;
    const id = makeId(random, "key");
    /** @type {ApiKey["last_used"]} */
    const lastUsed = idle === null ? null : {
      at: at(now - idle * hour),
      address: `203.0.113.${String(9 + Math.floor(random() * 60))}`,
      user_agent: agents[nickname] ?? "acme-till/11.3",
      operation: access_type === "transactional" ? "SendTransactionalMail" : "GetLastDataUpdate",
    };
    /** @type {ApiKey} */
    const key = {
      id,
      tenant_id: tenant,
      nickname,
      contact_email: `${nickname.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/-$/, "")}@acme.example`,
      access_type,
      restrictions: limits([], [], []),
      limits: ownLimits[nickname] ?? noLimits(),
      status: expiresInDays !== undefined && expiresInDays < 0 ? "expired" : "active",
      hint: hintOf(`lk_live_${randomText(random, 38)}`),
      expires_at: expiresInDays === undefined ? null : at(now + expiresInDays * day),
      last_used: lastUsed,
      ...firstSecret(id, at(since), lastUsed),
      created_at: at(since),
      created_by: { type: "user", id: "usr_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", name: account.email },
      updated_at: at(since),
      disabled_at: rest.status === "disabled" ? at(now - 20 * day) : null,
      revoked_at: rest.status === "revoked" ? at(now - 33 * day) : null,
      version: 1,
      exposure: null,
      origin: "created",
      import: null,
      ...(rest.status === "deleted" ? { deleted_at: at(now - 4 * day) } : {}),
      ...rest,
    };
    live(key, (ago) => at(now - ago));
    return key;
  });
  return made;
}
