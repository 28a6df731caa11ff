// Every address in the console, so that no link is spelled twice.
const apiKeys = "/settings/general/api-keys";
const webhooks = "/settings/integrations/webhooks";

export const places = {
  login: "/login",
  settings: "/settings",
  general: "/settings/general",
  apiKeys,
  newApiKey: `${apiKeys}/new`,
  apiKey: (id: string) => `${apiKeys}/${encodeURIComponent(id)}`,
  apiKeyUsage: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/usage`,
  apiKeyLimits: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/limits`,
  apiKeyLeastPrivilege: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/least-privilege`,
  editApiKey: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/edit`,
  /** The form with its limits unfolded. */
  editApiKeyLimits: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/edit#limits`,
  usage: "/usage",
  alerts: "/alerts",
  alertsOfKey: (id: string) => `/alerts?status=all&key=${encodeURIComponent(id)}`,
  alertRules: "/settings/general/alert-rules",
  integrations: "/settings/integrations",
  webhooks,
  webhook: (id: string) => `${webhooks}/${encodeURIComponent(id)}`,
  apiReference: "/docs",
} as const;

export const settingsTrail = [
  { label: "Settings", to: places.settings },
  { label: "General", to: places.general },
];

export const integrationsTrail = [
  { label: "Settings", to: places.settings },
  { label: "Integrations", to: places.integrations },
];

export const webhooksTrail = [...integrationsTrail, { label: "Webhooks", to: places.webhooks }];

export const apiKeysTrail = [...settingsTrail, { label: "API Key Management", to: places.apiKeys }];

/** Where to go after signing in: a place of this console, never another site. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith(places.login) ? next : places.apiKeys;
}
