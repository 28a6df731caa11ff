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
export type LastUsed = NonNullable<Schemas["LastUsed"]>;
export type Secret = ApiKey["secrets"][number];
export type Limits = Schemas["Limits"];
export type KeyLimits = Schemas["KeyLimits"];
export type RateClass = Catalog["rate_classes"][number];
export type LimitStandings = Schemas["LimitStandings"];
export type RateStanding = LimitStandings["rate_limits"][number];
export type QuotaStanding = LimitStandings["quotas"][number];
export type Rotation = Schemas["RotationState"];
export type Rotate = Schemas["Rotate"];
export type HandOver = Schemas["HandOver"];
export type HandOverInput = Schemas["HandOverInput"];
export type HandOverKind = Schemas["HandOverKind"];
/** A secret on its way, or where it went. */
export type HandOverState = Schemas["HandOverState"];
export type HandOverStatus = Schemas["HandOverStatus"];
export type HandOverPlaces = Schemas["HandOverPlaces"];
export type KeyPolicy = Schemas["KeyPolicy"];
export type Usage = Schemas["Usage"];
export type UsageSeries = Usage["series"][number];
export type Granularity = Usage["granularity"];
export type Latency = Schemas["Latency"];
export type Addresses = Schemas["Addresses"];
export type Refusals = Schemas["Refusals"];
export type Refusal = Refusals["data"][number];
export type ReasonCode = Schemas["ReasonCode"];
export type Alert = Schemas["Alert"];
export type AlertRule = Schemas["AlertRules"]["rules"][number];
export type AlertRulesUpdate = Schemas["AlertRulesUpdate"];
export type Webhook = Schemas["Webhook"];
export type WebhookCreate = Schemas["WebhookCreate"];
export type WebhookUpdate = Schemas["WebhookUpdate"];
export type WebhookCreated = Schemas["WebhookCreated"];
export type WebhookEvent = Schemas["WebhookEvent"];
export type Delivery = Schemas["Delivery"];
export type LeastPrivilege = Schemas["LeastPrivilege"];
export type Trial = Schemas["Trial"];
/** As a trial or a proposal holds them: a list that is left out restricts nothing. */
export type SomeRestrictions = Schemas["Restrictions"];
export type Node = Schemas["Node"];
/** What every node does about a change that was waited for. */
export type Receipt = Schemas["Receipt"];
export type RequestLink = Schemas["RequestLink"];
export type RequestLinkCreate = Schemas["RequestLinkCreate"];
export type RequestLinkCreated = Schemas["RequestLinkCreated"];
export type RequestForm = Schemas["RequestForm"];
export type RequestOffer = Schemas["RequestOffer"];
export type RequestSubmission = Schemas["RequestSubmission"];
