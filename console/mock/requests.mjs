// The mock's request links: some with a past, the tenant's side of them, and the stranger's.
import { Refusal, answer } from "./answer.mjs";
import { account, makeId, numbers } from "./seed.mjs";
import { day, hour } from "./traffic.mjs";
import { mistakesOf } from "./validate.mjs";

/** @typedef {import("../src/api/types.ts").RequestLink} RequestLink */
/** @typedef {import("../src/api/types.ts").Tenant} Tenant */
/** @typedef {import("./server.mjs").Mock} Mock */
/** @typedef {Record<string, unknown>} Body */
/** @typedef {{ link: RequestLink, token: string }} Kept */

const me = { type: /** @type {const} */ ("user"), id: "usr_01920f4e1c7a7cc8b9d2f0a1b2c3d4e5", name: account.email };
const noSuch = () => new Refusal(404, "not_found", "There is no such request link.");

export class Requests {
  /** @param {Mock} mock @param {boolean} empty */
  constructor(mock, empty) {
    this.mock = mock;
    this.random = numbers(47);
    /** Newest first. @type {Kept[]} */
    this.all = [];
    if (empty) return;
    const at = (/** @type {number} */ ago) => new Date(mock.now - ago).toISOString();
    const ask = (/** @type {string} */ application, /** @type {string} */ asker, /** @type {string | null} */ organisation, /** @type {string} */ email) => ({
      asker, organisation, application, contact_email: email,
      purpose: "Keeps your SMS templates the same in both systems.\nRuns every night at 2.",
      restrictions: { operations: ["GetChannelTemplates", "AddChannelTemplates", "GetLastDataUpdate"], channels: [505], attributes: [], ip_ranges: ["203.0.113.0/24"] },
    });
    const seeded = /** @type {const} */ ([
      ["activated", 20 * day, "Loyalty app", "Ana Ruiz", "Loyal Works"],
      ["declined", 12 * day, "Scraper", "J. D.", null],
      ["expired", 9 * day, "", "", null],
      ["open", 2 * day, "", "", null],
      ["submitted", 1 * day, "Template sync", "Sam Okafor", "SMS Partner Ltd"],
    ]);
    for (const [status, ago, application, asker, organisation] of seeded) {
      const { link } = this.make({ note: status === "expired" ? null : "For the SMS templates that you sync for us.\nQuestions: dana@acme.example" }, ago);
      link.status = status;
      if (asker !== "") Object.assign(link, { submissions: 1, submitted_at: at(ago - 3 * hour), asked: ask(application, asker, organisation, "integrations@partner.example") });
      if (status === "activated") link.key_id = mock.keys.find((key) => key.nickname === application)?.id ?? null;
      if (status === "activated" || status === "declined") Object.assign(link, { ended_at: at(ago - 5 * hour), ended_by: me });
    }
  }

  /** @param {Body} body @param {number} [ago] */
  make(body, ago = 0) {
    const made = this.mock.now - ago;
    const life = typeof body["life_seconds"] === "number" ? body["life_seconds"] : 604_800;
    /** @type {RequestLink} */
    const link = {
      id: makeId(this.random, "krq"), status: "open", access_type: "integrations",
      note: typeof body["note"] === "string" && body["note"] !== "" ? body["note"] : null,
      created_at: new Date(made).toISOString(), created_by: me, expires_at: new Date(made + life * 1000).toISOString(),
      submissions: 0, submitted_at: null, asked: null, ended_at: null, ended_by: null, key_id: null,
    };
    const kept = { link, token: Array.from({ length: 64 }, () => Math.floor(this.random() * 16).toString(16)).join("") };
    this.all.unshift(kept);
    return kept;
  }

  /** Where the third party goes. @param {Kept} kept */
  path(kept) {
    return `/request/${kept.link.id}#${kept.token}`;
  }

  /** @param {Tenant} tenant @param {string} method @param {string[]} path @param {Body} body @param {import("node:http").IncomingMessage} request */
  ofTenant(tenant, method, [id = "", action = ""], body, request) {
    if (tenant !== this.mock.tenants[0]) return answer(200, { data: [], next_cursor: null });
    if (id === "") {
      if (method === "GET") return answer(200, { data: this.all.map(({ link }) => link), next_cursor: null });
      const kept = this.make(body);
      return answer(201, { ...kept.link, url: `https://keys.example${this.path(kept)}` });
    }
    const link = this.all.find((each) => each.link.id === id)?.link;
    if (!link) throw noSuch();
    if (action === "") return answer(200, link);
    if (action === "activate") return this.activate(tenant, link, body, request);
    if (link.status !== (action === "withdraw" ? "open" : "submitted")) throw new Refusal(409, "conflict", "The request is not in that state any more.");
    Object.assign(link, { status: action === "withdraw" ? "withdrawn" : "declined", ended_at: new Date().toISOString(), ended_by: me });
    return answer(200, link);
  }

  /** @param {Tenant} tenant @param {RequestLink} link @param {Body} body @param {import("node:http").IncomingMessage} request */
  activate(tenant, link, body, request) {
    if (link.status !== "submitted") throw new Refusal(409, "conflict", "This request was answered already.");
    const made = this.mock.create(tenant, body, request);
    const key = /** @type {{ id: string }} */ (made.body);
    Object.assign(link, { status: "activated", key_id: key.id, ended_at: new Date().toISOString(), ended_by: me });
    return made;
  }

  /** The stranger's side. @param {string} method @param {string[]} path @param {Body} body @param {import("node:http").IncomingMessage} request */
  form(method, [id = "", what = ""], body, request) {
    const kept = this.all.find((each) => each.link.id === id);
    if (!kept || request.headers["request-link-token"] !== kept.token) throw noSuch();
    const { link } = kept;
    const tenant = this.mock.tenants[0];
    if (!tenant) throw noSuch();
    const waits = link.status === "open" || link.status === "submitted";
    if (method === "POST" && what === "submit") {
      if (!waits) throw new Refusal(409, "conflict", "This link takes nothing any more.");
      const draft = { nickname: body["application"], contact_email: body["contact_email"], restrictions: body["restrictions"], access_type: link.access_type };
      const errors = mistakesOf(draft, { catalog: this.mock.catalog, tenant, accessType: null, creating: true, now: Date.now() });
      if (errors.length > 0) throw new Refusal(422, "invalid_fields", "Some fields are wrong.", errors.map((each) => ({ ...each, pointer: each.pointer.replace("/nickname", "/application") })));
      const asked = /** @type {NonNullable<RequestLink["asked"]>} */ (/** @type {unknown} */ (body));
      Object.assign(link, { status: "submitted", asked, submissions: link.submissions + 1, submitted_at: new Date().toISOString() });
    }
    const { catalog } = this.mock;
    const type = catalog.access_types.find((each) => each.id === link.access_type);
    const groups = catalog.groups
      .map((group) => ({ ...group, operations: group.operations.filter((op) => op.access_types.includes(link.access_type)) }))
      .filter((group) => group.operations.length > 0);
    return answer(200, {
      id: link.id, status: link.status, account: tenant.name, note: link.note, api: catalog.title, expires_at: link.expires_at, submitted_at: link.submitted_at,
      offer: waits ? { title: type?.title ?? "", description: type?.description ?? "", groups, channels: catalog.channels, attributes: catalog.attributes, ip_ranges: true } : null,
    });
  }
}
