// Every address in the console, so that no link is spelled twice.
const apiKeys = "/settings/general/api-keys";

export const places = {
  login: "/login",
  settings: "/settings",
  general: "/settings/general",
  apiKeys,
  newApiKey: `${apiKeys}/new`,
  apiKey: (id: string) => `${apiKeys}/${encodeURIComponent(id)}`,
  editApiKey: (id: string) => `${apiKeys}/${encodeURIComponent(id)}/edit`,
  apiReference: "/docs",
} as const;

export const settingsTrail = [
  { label: "Settings", to: places.settings },
  { label: "General", to: places.general },
];

export const apiKeysTrail = [...settingsTrail, { label: "API Key Management", to: places.apiKeys }];

/** Where to go after signing in: a place of this console, never another site. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) && !next.startsWith(places.login) ? next : places.apiKeys;
}
