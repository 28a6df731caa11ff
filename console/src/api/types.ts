import type { components } from "./schema.gen.ts";

type Schemas = components["schemas"];

export type ApiKey = Schemas["ApiKey"];
export type ApiKeyCreate = Schemas["ApiKeyCreate"];
export type ApiKeyCreated = Schemas["ApiKeyCreated"];
export type ApiKeyUpdate = Schemas["ApiKeyUpdate"];
export type KeyStatus = Schemas["KeyStatus"];
export type Problem = Schemas["Problem"];
export type Session = Schemas["Session"];
export type Tenant = Schemas["Tenant"];
/** `gateway_url` is where callers send their requests; a server without a gateway leaves it out. */
export type Catalog = Schemas["Catalog"];
export type AccessType = Catalog["access_types"][number];
export type OperationGroup = Catalog["groups"][number];
export type Operation = OperationGroup["operations"][number];
export type Restrictions = ApiKey["restrictions"];
export type RestrictionKind = AccessType["restrictions"][number];
