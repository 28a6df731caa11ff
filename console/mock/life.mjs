// The endpoints about the life of a key: rotation, hand-over, deleting and restoring, the key policy, one-time links.
import { Buffer } from "node:buffer";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { Refusal, answer } from "./answer.mjs";
import { hintOf, makeId, randomText } from "./seed.mjs";
import { day, hour, minute } from "./traffic.mjs";

/** @typedef {import("../src/api/types.ts").ApiKey} ApiKey */
/** @typedef {import("../src/api/types.ts").HandOverState} HandOverState */
/** @typedef {import("../src/api/types.ts").HandOverInput} HandOverInput */
/** @typedef {import("../src/api/types.ts").HandOverPlaces} HandOverPlaces */
/** @typedef {import("../src/api/types.ts").KeyPolicy} KeyPolicy */
/** @typedef {import("../src/api/types.ts").Tenant} Tenant */
/** @typedef {import("./server.mjs").Mock} Mock */
/** @typedef {ReturnType<typeof answer>} Answer */
/** @typedef {Record<string, unknown>} Body */
/** @typedef {{ state: HandOverState, key: string, fragment: string, box: string | null }} Kept */

const restorableMs = 30 * day;
const linkLifeMs = 3 * day;
const iso = (/** @type {number} */ ms) => new Date(ms).toISOString();
const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest();

/** As the server seals a secret for a link. @param {string} fragment @param {string} id @param {string} secret */
function seal(fragment, id, secret) {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", sha256(`latchkey hand-over key 1 ${fragment}`), nonce).setAAD(Buffer.from(id));
  return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString("base64");
}

export class Life {
  /** @param {Mock} mock */
  constructor(mock) {
    this.mock = mock;
    /** @type {KeyPolicy} */
    this.policy = { max_secret_age_days: 90, max_lifetime_days: null, reminder_days: [14, 7, 1], on_due: "report", overlap_seconds: 86_400, on_exposure: "alert", exposure_overlap_seconds: 3600 };
    /** @type {HandOverPlaces} */
    this.places = {
      link: true,
      secret_managers: [
        { name: "vault-prod", kind: "vault", path_prefix: "latchkey/1042/" },
        { name: "aws-eu", kind: "aws", path_prefix: "latchkey/1042/" },
      ],
    };
    /** The latest first. @type {Kept[]} */
    this.handOvers = [];
    /** What deleted keys were before. @type {Map<string, ApiKey["status"]>} */
    this.before = new Map();
    /** @type {Record<string, Partial<HandOverState>>} */
    const seeded = {
      "Data warehouse export": { status: "done", tries: 1, done_at: iso(mock.now - 9 * hour), created_at: iso(mock.now - 9 * hour - 2000) },
      "Agency sandbox": { tries: 4, last_error: "vault-prod answered 503: Vault is sealed", next_attempt_at: iso(mock.now + 4 * minute), created_at: iso(mock.now - 22 * minute) },
      "Loyalty app": { created_at: iso(mock.now - 5 * hour), expires_at: iso(mock.now - 5 * hour + linkLifeMs) },
    };
    for (const key of mock.keys) {
      const part = seeded[key.nickname];
      if (part) this.handOver(key, `lk_live_${randomText(mock.random, 38)}`, part);
    }
  }

  /** @param {ApiKey} key @param {string} secret @param {Partial<HandOverState>} [part] */
  handOver(key, secret, part = {}) {
    const { kind, manager, path } = key.hand_over;
    if (kind === "show") return;
    const id = makeId(this.mock.random, "hnd");
    const fragment = randomBytes(32).toString("hex");
    const now = Date.now();
    /** @type {HandOverState} */
    const state = {
      id, kind, status: "pending", generation: key.generation, manager, path, recipient: kind === "link" ? key.contact_email : null, tries: 0,
      next_attempt_at: kind === "link" ? null : iso(now), last_error: null, created_at: iso(now), expires_at: kind === "link" ? iso(now + linkLifeMs) : null,
      done_at: null, address: null, user_agent: null, ...part,
    };
    this.handOvers.unshift({ state, key: key.id, fragment, box: seal(fragment, id, secret) });
  }

  /** The link that was mailed last for this key, below the server's address. @param {string} nickname */
  link(nickname) {
    const key = this.mock.keys.find((each) => each.nickname === nickname);
    const kept = this.handOvers.find((each) => each.key === key?.id && each.state.kind === "link");
    return kept ? `/collect/${kept.state.id}#${kept.fragment}` : "";
  }

  /** The secret manager takes what is on its way. @param {ApiKey} key */
  deliver(key) {
    const kept = this.handOvers.find((each) => each.key === key.id && each.state.status === "pending");
    if (kept) Object.assign(kept.state, { status: "done", done_at: iso(Date.now()), tries: kept.state.tries + 1, next_attempt_at: null, last_error: null });
    if (!key.rotation) return;
    key.rotation.delivering = false;
    if (key.rotation.finish === "at_end") this.endsAt(key, Date.now() + key.rotation.overlap_seconds * 1000);
  }

  /** @param {ApiKey} key @param {number} at */
  endsAt(key, at) {
    const old = key.secrets.find(({ state }) => state === "old");
    if (old) old.valid_until = iso(at);
    if (key.rotation) key.rotation.ends_at = iso(at);
  }

  /** @param {ApiKey} key @param {HandOverInput} to */
  chosen(key, to) {
    if (to.kind === "link" && !this.places.link) throw this.wrong("This server sends no mail.");
    if (to.kind === "secret_manager" && String(to.path).startsWith("/")) throw this.wrong("A path starts with a letter or a digit.");
    key.hand_over = { kind: to.kind, manager: to.manager ?? null, path: to.path ?? null };
  }

  /** @param {string} detail */
  wrong(detail) {
    return new Refusal(422, "invalid_fields", "Some fields are wrong.", [{ pointer: "/hand_over", detail }]);
  }

  /** @param {ApiKey} key @param {Body} body */
  rotate(key, body) {
    if (key.status === "revoked" || key.status === "deleted") throw new Refusal(409, "conflict", "A key that has ended can't be rotated.");
    const fresh = key.secrets.find(({ state }) => state === "new");
    if (fresh?.last_used) throw new Refusal(409, "conflict", "This key is being rotated and both of its secrets are in use. Finish or cancel that rotation first.");
    this.chosen(key, /** @type {HandOverInput} */ (body["hand_over"] ?? key.hand_over));
    const now = Date.now();
    const overlap = Number(body["overlap_seconds"] ?? this.policy.overlap_seconds);
    const finish = /** @type {"at_end" | "on_first_use"} */ (body["finish"] ?? "at_end");
    const delivering = key.hand_over.kind === "secret_manager";
    const secret = `lk_live_${randomText(this.mock.random, 38)}`;
    const oldHint = key.rotation?.old_hint ?? key.hint;
    const old = key.secrets.find(({ state }) => state === "old" || state === "current");
    if (fresh) Object.assign(fresh, { state: "ended", valid_until: iso(now) });
    const id = makeId(this.mock.random, "sec");
    const endsAtOnce = overlap === 0 && finish === "at_end" && !delivering;
    const endsAt = finish === "at_end" && !delivering ? iso(now + overlap * 1000) : null;
    if (old) Object.assign(old, { state: endsAtOnce ? "ended" : "old", valid_until: endsAt });
    key.secrets = [
      ...key.secrets.filter(({ state }) => state === "ended"),
      ...key.secrets.filter(({ state }) => state === "old"),
      { id, state: endsAtOnce ? "current" : "new", created_at: iso(now), valid_until: null, last_used: null },
    ];
    key.hint = hintOf(secret);
    key.generation += 1;
    key.rotation = endsAtOnce ? null : { started_at: iso(now), finish, overlap_seconds: overlap, old_secret_id: old?.id ?? "", new_secret_id: id, old_hint: oldHint, ends_at: endsAt, delivering };
    for (const { state, key: of } of this.handOvers) if (of === key.id && state.status === "pending") state.status = "withdrawn";
    this.handOver(key, secret);
    const changed = this.mock.touched(key);
    return key.hand_over.kind === "show" ? answer(200, { .../** @type {object} */ (changed.body), secret }) : changed;
  }

  /** Ends one of two secrets. @param {ApiKey} key @param {"old" | "new"} which */
  end(key, which) {
    const ending = key.secrets.find(({ state }) => state === which);
    const staying = key.secrets.find(({ state }) => state === (which === "old" ? "new" : "old"));
    if (!ending || !staying) throw new Refusal(409, "conflict", "This key is not being rotated: only one of its secrets works.");
    Object.assign(ending, { state: "ended", valid_until: iso(Date.now()) });
    Object.assign(staying, { state: "current", valid_until: null });
    if (which === "new" && key.rotation) key.hint = key.rotation.old_hint;
    key.rotation = null;
    key.secrets = [...key.secrets.filter(({ state }) => state === "ended"), staying];
    for (const { state, key: of } of this.handOvers) if (which === "new" && of === key.id && state.status === "pending") state.status = "withdrawn";
    return this.mock.touched(key);
  }

  /** @param {ApiKey} key @param {string} method @param {string[]} path @param {Body} body @param {URLSearchParams} query @returns {Answer | null} */
  ofKey(key, method, path, body, query) {
    const nickname = body["nickname"] ?? query.get("nickname");
    if (typeof nickname === "string" && nickname !== key.nickname && path[0] !== "rotate" && method !== "PATCH") {
      throw new Refusal(409, "conflict", "The nickname does not match. Type it exactly as it is.");
    }
    const [first = "", second = "", third = ""] = path;
    if (first === "" && method === "DELETE") {
      this.before.set(key.id, key.status);
      Object.assign(key, { status: "deleted", deleted_at: iso(Date.now()) });
      return this.mock.touched(key);
    }
    if (first === "restore") {
      if (key.deleted_at !== null && Date.parse(key.deleted_at) + restorableMs < Date.now()) throw new Refusal(404, "not_found", "This key was deleted too long ago. Make another key.");
      Object.assign(key, { status: this.before.get(key.id) ?? "active", deleted_at: null });
      return this.mock.touched(key);
    }
    if (first === "rotate") return this.rotate(key, body);
    if (first === "rotation") {
      if (second === "finish" && key.rotation?.delivering) throw new Refusal(409, "conflict", "The new secret is not in its secret manager yet, so the old one must stay.");
      return this.end(key, second === "finish" ? "old" : "new");
    }
    if (first === "secrets" && third === "revoke") {
      const which = key.secrets.find(({ id }) => id === second)?.state;
      if (which !== "old" && which !== "new") throw new Refusal(409, "conflict", "This is the only secret of the key that works.");
      return this.end(key, which);
    }
    if (first === "hand-overs") {
      const mine = this.handOvers.filter((each) => each.key === key.id);
      if (third !== "withdraw") return answer(200, { data: mine.map(({ state }) => state) });
      const kept = mine.find(({ state }) => state.id === second);
      if (!kept) throw new Refusal(404, "not_found", "There is no such hand-over.");
      if (kept.state.status === "pending") kept.state.status = "withdrawn";
      return answer(200, kept.state);
    }
    return null;
  }

  /** @param {string} method @param {string} first @param {Body} body @returns {Answer | null} */
  ofTenant(method, first, body) {
    if (first === "hand-over-places") return answer(200, this.places);
    if (first !== "key-policy") return null;
    if (method === "PUT") {
      if (this.mock.role !== "owner") throw new Refusal(403, "permission_denied", "Owners set the key policy.");
      this.policy = /** @type {KeyPolicy} */ (/** @type {unknown} */ (body));
    }
    return answer(200, this.policy);
  }

  /** For whoever has a link; nobody needs to be signed in. @param {string} method @param {string[]} path @param {Body} body @returns {Answer} */
  collect(method, [id = "", what = ""], body) {
    const kept = this.handOvers.find(({ state }) => state.id === id && state.kind === "link");
    const key = this.mock.keys.find((each) => each.id === kept?.key);
    if (!kept || !key) throw new Refusal(404, "not_found", "There is no such link.");
    const { state } = kept;
    if (what !== "open" || method !== "POST") {
      const account = this.mock.tenants.find((each) => each.id === key.tenant_id)?.name;
      return answer(200, { id, status: state.status, nickname: key.nickname, account, expires_at: state.expires_at, done_at: state.done_at });
    }
    if (body["proof"] !== sha256(`latchkey hand-over proof 1 ${kept.fragment}`).toString("hex")) throw new Refusal(404, "not_found", "There is no such link.");
    if (state.status !== "pending" || kept.box === null) throw new Refusal(409, "conflict", "This link was opened already.");
    const { box } = kept;
    kept.box = null;
    Object.assign(state, { status: "done", done_at: iso(Date.now()), address: "203.0.113.9", user_agent: "Mozilla/5.0" });
    return answer(200, { box });
  }
}
