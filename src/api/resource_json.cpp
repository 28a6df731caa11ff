#include "api/resource_json.h"

#include <charconv>

#include "exposure/exposures.h"
#include "exposure/plan.h"

namespace latchkey::api {
namespace {

void write_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.begin_array(name);
  for (const std::string& text : texts) json.text(text);
  json.end_array();
}

void write_channels(JsonWriter& json, std::string_view name, const std::vector<std::string>& ids,
                    const catalog::Catalog& catalog) {
  json.begin_array(name);
  for (const std::string& id : ids) write_channel(json, id, catalog);
  json.end_array();
}

void write_ranges(JsonWriter& json, const std::vector<IpRange>& ranges) {
  json.begin_array("ip_ranges");
  for (const IpRange& range : ranges) json.text(range.to_string());
  json.end_array();
}

// The latest use of any of the key's secrets, also of one that it no longer has.
const store::SecretUse* latest_of(const ApiKey& key, const std::vector<store::SecretUse>& uses) {
  const store::SecretUse* latest = nullptr;
  for (const store::SecretUse& use : uses) {
    if (use.key == key.id && (latest == nullptr || latest->at < use.at)) latest = &use;
  }
  return latest;
}

std::string secret_id(const KeySecret& secret) { return fmt::format("sec_{:016x}", secret.number); }

std::string_view state_of(const ApiKey& key, const KeySecret& secret, Instant now) {
  if (secret.valid_until && *secret.valid_until <= now) return "ended";
  if (!key.rotates_at(now)) return "current";
  return secret.number == key.secrets.back().number ? "new" : "old";
}

void write_rotation(JsonWriter& json, const ApiKey& key, Instant now) {
  if (!key.rotates_at(now)) {
    json.null("rotation");
    return;
  }
  const Rotation& rotation = *key.rotation;
  const KeySecret& old = key.secrets[key.secrets.size() - 2];
  json.begin_object("rotation")
      .time("started_at", rotation.started_at)
      .text("finish", to_string(rotation.finish))
      .number("overlap_seconds", rotation.overlap_ms / 1000)
      .text("old_secret_id", secret_id(old))
      .text("new_secret_id", secret_id(key.secrets.back()))
      .text("old_hint", rotation.old_hint)
      .time("ends_at", old.valid_until)
      .flag("delivering", rotation.delivering)
      .end_object();
}

void write_last_used(JsonWriter& json, const store::SecretUse* use) {
  if (use == nullptr) {
    json.null("last_used");
    return;
  }
  json.begin_object("last_used").time("at", use->at).text("address", use->address.to_string());
  use->user_agent.empty() ? json.null("user_agent") : json.text("user_agent", use->user_agent);
  use->operation.empty() ? json.null("operation") : json.text("operation", use->operation);
  json.end_object();
}

}  // namespace

void write_channel(JsonWriter& json, std::string_view id, const catalog::Catalog& catalog) {
  const auto index = catalog.channel_index(id);
  // A key may name a channel that the catalog has lost; it is shown as it was written.
  std::int64_t number = 0;
  if (index && catalog.channels()[*index].numeric &&
      std::from_chars(id.data(), id.data() + id.size(), number).ec == std::errc()) {
    json.number(number);
  } else {
    json.text(id);
  }
}

void write_limits(JsonWriter& json, const OwnLimits& limits) {
  json.begin_object("limits").begin_array("rate_limits");
  for (const OwnRateLimit& limit : limits.rate_limits) {
    json.begin_object()
        .text("name", limit.name)
        .number("requests", static_cast<std::int64_t>(limit.requests))
        .number("window_seconds", limit.window_seconds);
    limit.rate_class ? json.text("rate_class", *limit.rate_class) : json.null("rate_class");
    json.end_object();
  }
  json.end_array().begin_array("quotas");
  for (const Quota& quota : limits.quotas) {
    json.begin_object()
        .text("name", quota.name)
        .text("period", to_string(quota.period))
        .number("requests", static_cast<std::int64_t>(quota.requests))
        .end_object();
  }
  json.end_array().end_object();
}

void write_restrictions(JsonWriter& json, const Restrictions& restrictions, const catalog::Catalog& catalog) {
  json.begin_object();
  write_texts(json, "operations", restrictions.operations);
  write_channels(json, "channels", restrictions.channels, catalog);
  write_texts(json, "attributes", restrictions.attributes);
  write_ranges(json, restrictions.ip_ranges);
  json.end_object();
}

void write_actor(JsonWriter& json, const Actor& actor) {
  json.begin_object();
  if (actor.type == ActorType::kUser) {
    json.text("type", "user").text("id", actor.user.to_string());
  } else {
    json.text("type", "operator").null("id");
  }
  json.text("name", actor.name).end_object();
}

namespace {

void write_import(JsonWriter& json, const std::optional<KeyImport>& imported) {
  if (!imported) {
    json.null("import");
    return;
  }
  json.begin_object("import").text("from", imported->from == KeyImport::From::kSecret ? "secret" : "sha256");
  imported->external_id.empty() ? json.null("external_id") : json.text("external_id", imported->external_id);
  json.end_object();
}

}  // namespace

void write_exposure(JsonWriter& json, const KeyExposure& exposure) {
  json.text("secret_id", exposure::secret_id(exposure.secret))
      .text("how", to_string(exposure.how))
      .time("first_at", exposure.first_at)
      .time("last_at", exposure.last_at)
      .number("count", exposure.count);
  exposure.source.empty() ? json.null("source") : json.text("source", exposure.source);
  exposure.url.empty() ? json.null("url") : json.text("url", exposure.url);
}

void write_key(JsonWriter& json, const ApiKey& key, const std::vector<store::SecretUse>& uses,
               const std::vector<KeyExposure>& exposures, const catalog::Catalog& catalog, Instant now,
               const Secret* secret) {
  json.begin_object()
      .text("id", key.id.to_string())
      .text("tenant_id", key.tenant.to_string())
      .text("nickname", key.nickname)
      .text("contact_email", key.contact_email)
      .text("access_type", key.access_type)
      .member("restrictions");
  write_restrictions(json, key.restrictions, catalog);
  write_limits(json, key.limits);
  json.text("status", to_string(key.status_at(now)))
      .text("hint", key.hint)
      .time("expires_at", key.expires_at);
  write_last_used(json, latest_of(key, uses));
  json.begin_array("secrets");
  for (const KeySecret& told : key.secrets) {
    json.begin_object()
        .text("id", secret_id(told))
        .text("state", state_of(key, told, now))
        .time("created_at", told.created_at)
        .time("valid_until", told.valid_until);
    const auto at = std::ranges::find_if(uses, [&](const store::SecretUse& use) { return use.key == key.id && use.secret == told.number; });
    write_last_used(json, at == uses.end() ? nullptr : &*at);
    json.end_object();
  }
  json.end_array();
  if (const KeyExposure* const exposed = exposure::gravest(key, exposures, now)) {
    json.begin_object("exposure");
    write_exposure(json, *exposed);
    json.end_object();
  } else {
    json.null("exposure");
  }
  json.number("generation", key.generation);
  write_rotation(json, key, now);
  json.begin_object("hand_over").text("kind", to_string(key.hand_over.kind));
  const bool stored = key.hand_over.kind == HandOverKind::kSecretManager;
  stored ? json.text("manager", key.hand_over.manager).text("path", key.hand_over.path) : json.null("manager").null("path");
  json.end_object();
  json.time("created_at", key.created_at);
  json.member("created_by");
  write_actor(json, key.created_by);
  json.time("updated_at", key.updated_at)
      .time("disabled_at", key.disabled_at)
      .time("revoked_at", key.revoked_at)
      .time("deleted_at", key.deleted_at)
      .number("version", key.version)
      .text("origin", key.imported ? "imported" : "created");
  write_import(json, key.imported);
  if (secret != nullptr) json.text("secret", secret->expose());
  json.end_object();
}

void write_tenant(JsonWriter& json, const Tenant& tenant, const catalog::Catalog& catalog) {
  json.begin_object()
      .text("id", tenant.id.to_string())
      .number("cid", tenant.cid)
      .text("name", tenant.name)
      .text("status", to_string(tenant.status));
  write_channels(json, "enabled_channels", tenant.enabled_channels, catalog);
  write_ranges(json, tenant.ip_ranges);
  write_limits(json, tenant.limits);
  json.time("created_at", tenant.created_at).time("updated_at", tenant.updated_at).end_object();
}

void write_user(JsonWriter& json, const User& user, const Secret* password) {
  json.begin_object()
      .text("id", user.id.to_string())
      .text("tenant_id", user.tenant.to_string())
      .text("email", user.email)
      .text("name", user.name)
      .text("role", to_string(user.role))
      .time("created_at", user.created_at);
  if (password != nullptr) json.text("password", password->expose());
  json.end_object();
}

}  // namespace latchkey::api
