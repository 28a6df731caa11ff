import type { ApiKey, Catalog, KeyPolicy, Tenant } from "../api/types.ts";

const operation = (id: string, method: string, types: string[], marks = "") => ({
  id,
  method,
  path: `/current/x/${id}`,
  summary: id,
  access_types: types,
  channels: marks.includes("c"),
  attributes: marks.includes("a"),
});

export const catalog: Catalog = {
  title: "Sample",
  version: "1",
  operation_count: 4,
  access_types: [
    { id: "admin", title: "Admin", description: "Everything.", operation_count: 4, restrictions: ["ip_ranges"] },
    {
      id: "integrations",
      title: "Integrations",
      description: "A part.",
      operation_count: 3,
      restrictions: ["operations", "channels", "attributes", "ip_ranges"],
    },
  ],
  groups: [
    {
      id: "x",
      title: "X",
      operations: [
        operation("Filtered", "GET", ["admin", "integrations"], "ca"),
        operation("Send", "POST", ["admin", "integrations"]),
        operation("Plain", "GET", ["admin", "integrations"]),
        operation("Secret", "GET", ["admin"]),
      ],
    },
  ],
  rate_classes: [],
  costs: {},
  channels: [
    { id: 504, name: "Email" },
    { id: 505, name: "SMS" },
  ],
  attributes: [{ name: "Alias" }, { name: "Country" }, { name: "Email" }],
};

export const tenant: Tenant = {
  id: "ten_1",
  cid: 1042,
  name: "Acme",
  status: "active",
  enabled_channels: [],
  ip_ranges: [],
  limits: { rate_limits: [], quotas: [] },
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
};

export const policy: KeyPolicy = {
  max_secret_age_days: null,
  max_lifetime_days: null,
  reminder_days: [14, 7, 1],
  on_due: "report",
  overlap_seconds: 86_400,
  on_exposure: "alert",
  exposure_overlap_seconds: 3_600,
};

export function apiKey(part: Partial<ApiKey> = {}): ApiKey {
  return {
    id: "key_1",
    tenant_id: "ten_1",
    nickname: "Acme SMS Partner",
    contact_email: "integrations@acme.example",
    access_type: "integrations",
    restrictions: { operations: [], channels: [], attributes: [], ip_ranges: [] },
    limits: { rate_limits: [], quotas: [] },
    status: "active",
    hint: "lk_live_3fK…9a2C",
    expires_at: null,
    last_used: null,
    secrets: [{ id: "sec_1", state: "current", created_at: "2026-05-01T09:30:00.000Z", valid_until: null, last_used: null }],
    generation: 1,
    rotation: null,
    hand_over: { kind: "show", manager: null, path: null },
    created_at: "2026-05-01T09:30:00.000Z",
    created_by: { type: "user", id: "usr_1", name: "dana@acme.example" },
    updated_at: "2026-05-01T09:30:00.000Z",
    disabled_at: null,
    revoked_at: null,
    deleted_at: null,
    version: 1,
    exposure: null,
    origin: "created",
    import: null,
    ...part,
  };
}
