// The server's judgment of a key's fields: every mistake at once, each with its JSON pointer.
import { isIP } from "node:net";
import { limitMistakes } from "./limits.mjs";

/** @typedef {import("../src/api/types.ts").Catalog} Catalog */
/** @typedef {import("../src/api/types.ts").Tenant} Tenant */
/** @typedef {{ pointer: string, detail: string }} Mistake */

/** @param {string} text */
function isRange(text) {
  const [address = "", bits, ...more] = text.split("/");
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/**
 * @param {Record<string, unknown>} body
 * @param {{ catalog: Catalog, tenant: Tenant, accessType: string | null, creating: boolean, now: number }} context
 * @returns {Mistake[]}
 */
export function mistakesOf(body, { catalog, tenant, accessType, creating, now }) {
  /** @type {Mistake[]} */
  const found = [];
  const wrong = (/** @type {string} */ pointer, /** @type {string} */ detail) => found.push({ pointer, detail });
  const known = ["nickname", "contact_email", "restrictions", "limits", "expires_at", ...(creating ? ["access_type", "hand_over"] : [])];
  for (const name of Object.keys(body)) {
    if (!known.includes(name)) wrong(`/${name}`, "There is no such field.");
  }

  const { nickname, contact_email: email, expires_at: expires } = body;
  if (creating || nickname !== undefined) {
    if (typeof nickname !== "string" || nickname.trim() === "" || nickname.length > 100) {
      wrong("/nickname", "A nickname has 1 to 100 characters.");
    }
  }
  if (creating || email !== undefined) {
    // The domain "invalid" stands for whatever only the server finds out.
    if (typeof email !== "string" || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) || email.endsWith(".invalid")) {
      wrong("/contact_email", "This is not an email address that can be written to.");
    }
  }
  const type = catalog.access_types.find((each) => each.id === (accessType ?? body["access_type"]));
  if (!type) wrong("/access_type", `Choose one of ${catalog.access_types.map((each) => each.id).join(", ")}.`);
  if (typeof expires === "string" && !(Date.parse(expires) > now)) wrong("/expires_at", "The expiry must be in the future.");

  const restrictions = /** @type {Record<string, unknown[]>} */ (body["restrictions"] ?? {});
  const enabled = tenant.enabled_channels.map(String);
  const offered = {
    operations: new Set(catalog.groups.flatMap((g) => g.operations).filter((op) => type && op.access_types.includes(type.id)).map((op) => op.id)),
    channels: new Set(catalog.channels.map((c) => String(c.id)).filter((id) => enabled.length === 0 || enabled.includes(id))),
    attributes: new Set(catalog.attributes.map((a) => a.name)),
  };
  for (const kind of /** @type {const} */ (["operations", "channels", "attributes", "ip_ranges"])) {
    (restrictions[kind] ?? []).forEach((value, i) => {
      const pointer = `/restrictions/${kind}/${String(i)}`;
      if (type && !type.restrictions.includes(kind)) wrong(pointer, `Keys of access type ${type.id} take no ${kind}.`);
      else if (kind === "ip_ranges" ? !isRange(String(value)) : !offered[kind].has(String(value))) {
        wrong(pointer, `${String(value)} is not one of the ${kind} that can be chosen.`);
      }
    });
  }
  return [...found, ...limitMistakes(/** @type {Record<string, unknown>} */ (body["limits"] ?? {}), catalog)];
}
