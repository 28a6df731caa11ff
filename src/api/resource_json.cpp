#include "api/resource_json.h"

#include <charconv>

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

void write_actor(JsonWriter& json, const Actor& actor) {
  json.begin_object("created_by");
  if (actor.type == ActorType::kUser) {
    json.text("type", "user").text("id", actor.user.to_string());
  } else {
    json.text("type", "operator").null("id");
  }
  json.text("name", actor.name).end_object();
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

void write_key(JsonWriter& json, const ApiKey& key, const catalog::Catalog& catalog, Instant now,
               const Secret* secret) {
  json.begin_object()
      .text("id", key.id.to_string())
      .text("tenant_id", key.tenant.to_string())
      .text("nickname", key.nickname)
      .text("contact_email", key.contact_email)
      .text("access_type", key.access_type)
      .begin_object("restrictions");
  write_texts(json, "operations", key.restrictions.operations);
  write_channels(json, "channels", key.restrictions.channels, catalog);
  write_texts(json, "attributes", key.restrictions.attributes);
  write_ranges(json, key.restrictions.ip_ranges);
  json.end_object();
  write_limits(json, key.limits);
  json.text("status", to_string(key.status_at(now))).text("hint", key.hint).time("expires_at", key.expires_at);
  if (key.last_used) {
    json.begin_object("last_used")
        .time("at", key.last_used->at)
        .text("address", key.last_used->address.to_string())
        .end_object();
  } else {
    json.null("last_used");
  }
  json.time("created_at", key.created_at);
  write_actor(json, key.created_by);
  json.time("updated_at", key.updated_at)
      .time("disabled_at", key.disabled_at)
      .time("revoked_at", key.revoked_at)
      .number("version", key.version);
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
