// How limits stand, and the judgment of those that are sent with a key.

/** @typedef {import("../src/api/types.ts").ApiKey} ApiKey */
/** @typedef {import("../src/api/types.ts").Catalog} Catalog */
/** @typedef {import("../src/api/types.ts").Tenant} Tenant */
/** @typedef {import("../src/api/types.ts").LimitStandings} LimitStandings */
/** @typedef {import("../src/api/types.ts").Limits} Limits */
/** @typedef {{ pointer: string, detail: string }} Mistake */

/** @param {{ requests: number, window_seconds: number }} limit @param {number} load */
const stand = (limit, load) => {
  const used = Math.min(limit.requests, Math.round(limit.requests * load));
  return { used, remaining: limit.requests - used, more_after_seconds: used === 0 ? 0 : Math.max(1, Math.round(limit.window_seconds * 0.4)) };
};

/** @param {"key" | "tenant"} scope @param {Limits} limits @param {number} now @param {number} load @returns {LimitStandings["quotas"]} */
function quotas(scope, limits, now, load) {
  const at = new Date(now);
  return limits.quotas.map((quota) => {
    const used = Math.round(quota.requests * load);
    const resets = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + (quota.period === "month" ? 1 : 0), quota.period === "month" ? 1 : at.getUTCDate() + 1);
    return { scope, ...quota, used, remaining: quota.requests - used, resets_at: new Date(resets).toISOString() };
  });
}

/** @param {Tenant} tenant @param {number} now @returns {LimitStandings} */
export function tenantStandings(tenant, now) {
  return {
    counted: "local",
    rate_limits: tenant.limits.rate_limits.map((limit) => ({ scope: "tenant", ...limit, ...stand(limit, 0.37), own: true })),
    quotas: quotas("tenant", tenant.limits, now, 0.41),
  };
}

/** @param {ApiKey} key @param {Tenant} tenant @param {Catalog} catalog @param {number} now @returns {LimitStandings} */
export function keyStandings(key, tenant, catalog, now) {
  const load = key.last_used === null || key.status !== "active" ? 0 : 0.24;
  const own = key.limits.rate_limits;
  const classes = catalog.rate_classes.filter(({ is_default, operations }) => is_default || catalog.groups.some((g) => g.operations.some((op) => operations.includes(op.id) && op.access_types.includes(key.access_type))));
  const given = classes.flatMap(({ id, limits }) =>
    limits
      .filter((limit) => !own.some((each) => each.name === limit.name && each.rate_class === id))
      .map(({ name, requests, window_seconds }) => ({ name, requests, window_seconds, rate_class: id, own: false })),
  );
  const all = tenantStandings(tenant, now);
  return {
    counted: all.counted,
    rate_limits: [
      ...[...own.map((limit) => ({ ...limit, own: true })), ...given].map((limit, i) => ({ scope: /** @type {const} */ ("key"), ...limit, ...stand(limit, load / (i + 1)) })),
      ...all.rate_limits,
    ],
    quotas: [...quotas("key", key.limits, now, load === 0 ? 0 : 0.83), ...all.quotas],
  };
}

/** @param {unknown} value @param {number} most */
const whole = (value, most) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;

/** @param {Record<string, unknown>} limits @param {Catalog} catalog @returns {Mistake[]} */
export function limitMistakes(limits, catalog) {
  /** @type {Mistake[]} */
  const found = [];
  const names = new Set();
  const known = catalog.rate_classes.find((each) => each.is_default)?.id;
  for (const kind of /** @type {const} */ (["rate_limits", "quotas"])) {
    /** @type {Record<string, unknown>[]} */ (limits[kind] ?? []).forEach((limit, i) => {
      const wrong = (/** @type {string} */ field, /** @type {string} */ detail) => found.push({ pointer: `/limits/${kind}/${String(i)}/${field}`, detail });
      const name = String(limit["name"]);
      if (!/^[a-z][a-z0-9-]{0,31}$/.test(name)) wrong("name", "A name has a small letter first, then small letters, digits and dashes.");
      if (names.has(name)) wrong("name", `Two limits are called ${name}.`);
      names.add(name);
      if (!whole(limit["requests"], 1e9)) wrong("requests", "This must be a whole number from 1 to 1000000000.");
      if (kind === "quotas") return;
      const rateClass = catalog.rate_classes.find((each) => each.id === (limit["rate_class"] ?? known));
      if (!rateClass) wrong("rate_class", "The catalog has no such rate class.");
      const given = rateClass?.limits.find((each) => each.name === name);
      if (given && Number(limit["requests"]) > given.most) wrong("requests", `The operator permits at most ${String(given.most)} here.`);
      if (!given && !whole(limit["window_seconds"], 86_400)) wrong("window_seconds", "This must be a whole number from 1 to 86400.");
    });
  }
  return found;
}

/** What is kept of limits that were sent. @param {Partial<Limits>} sent @param {Catalog} catalog @returns {Limits} */
export function keptLimits(sent, catalog) {
  const fallback = catalog.rate_classes.find((each) => each.is_default)?.id ?? null;
  return {
    rate_limits: (sent.rate_limits ?? []).map((limit) => {
      const rate_class = limit.rate_class ?? fallback;
      const given = catalog.rate_classes.find((each) => each.id === rate_class)?.limits.find((each) => each.name === limit.name);
      return { name: limit.name, requests: limit.requests, window_seconds: given?.window_seconds ?? limit.window_seconds, rate_class };
    }),
    quotas: sent.quotas ?? [],
  };
}
