// Every address in the console, so that no link is spelled twice.
const apiKeys = "/settings/general/api-keys";
const webhooks = "/settings/integrations/webhooks";

export const places = {
  login: "/login",
  settings: "/settings",
  general: "/settings/general",
  apiKeys,
  newApiKey: `${apiKeys}/new`,
  /** The form, filled in as that key is, but for its nickname. */
  newApiKeyLike: (id: string) => `${apiKeys}/new?like=${encodeURIComponent(id)}`,
  apiKey: (id: string) => `${apiKeys}/${encodeURIComponent(id)}`,
  apiKeyUsage: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/usage`,
  apiKeyLimits: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/limits`,
  apiKeyLeastPrivilege: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/least-privilege`,
  apiKeyRotation: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/rotation`,
  /** The same with the dialog open that starts one. */
  rotateApiKey: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/rotation#rotate`,
  editApiKey: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/edit`,
  /** The form with its limits unfolded. */
  editApiKeyLimits: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/edit#limits`,
  requestLinks: "/settings/general/request-links",
  requestLink: (id: string) => `/settings/general/request-links/${encodeURIComponent(id)}`,
  /** Where a request link leads; its token follows as the fragment. Needs no sign-in. */
  askForKey: (id: string) => `/request/${encodeURIComponent(id)}`,
  usage: "/usage",
  alerts: "/alerts",
  alertsOfKey: (id: string) => `/alerts?status=all&key=${encodeURIComponent(id)}`,
  alertRules: "/settings/general/alert-rules",
  security: "/settings/security",
  keyPolicy: "/settings/security/key-policy",
  /** Where the link leads that hands a secret over; its fragment follows. Needs no sign-in. */
  collect: (handOver: string) => `/collect/${encodeURIComponent(handOver)}`,
  system: "/settings/system",
  nodes: "/settings/system/nodes",
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

export const securityTrail = [
  { label: "Settings", to: places.settings },
  { label: "Security", to: places.security },
];

export const systemTrail = [
  { label: "Settings", to: places.settings },
  { label: "System", to: places.system },
];

export const webhooksTrail = [...integrationsTrail, { label: "Webhooks", to: places.webhooks }];

export const apiKeysTrail = [...settingsTrail, { label: "API Key Management", to: places.apiKeys }];

export const requestLinksTrail = [...settingsTrail, { label: "Request links", to: places.requestLinks }];

/** Where to go after signing in: a place of this console, never another site. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith(places.login) ? next : places.apiKeys;
}
