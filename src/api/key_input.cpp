#include "api/key_input.h"

#include "api/fields.h"
#include "api/hand_over_input.h"
#include "api/json_writer.h"
#include "api/limits_input.h"
#include "lifecycle/validate.h"

namespace latchkey::api {
namespace {

// What the lifecycle room would say about the same, for a request whose shape is wrong already.
Mistakes meaning_of(const lifecycle::UpdateKey& input, const std::string& access_type, const Tenant& tenant,
                    const catalog::Catalog& catalog, Instant now) {
  Mistakes mistakes;
  if (input.nickname) lifecycle::check_name(*input.nickname, "nickname", "/nickname", mistakes);
  if (input.contact_email) lifecycle::check_email(*input.contact_email, "/contact_email", mistakes);
  const catalog::AccessType* type = lifecycle::check_access_type(access_type, catalog, mistakes);
  if (input.restrictions && type != nullptr)
    lifecycle::check_restrictions(*input.restrictions, *type, tenant, catalog, mistakes);
  if (input.restrictions && type == nullptr) {
    lifecycle::check_ip_ranges(input.restrictions->ip_ranges, "/restrictions/ip_ranges", mistakes);
  }
  if (input.limits) lifecycle::check_key_limits(*input.limits, catalog, mistakes);
  if (input.expires_at) lifecycle::check_expiry(*input.expires_at, now, mistakes);
  return mistakes;
}

// Nothing where there are none, so that a request that was made before there were any is still the same.
void write_limits(JsonWriter& json, const lifecycle::LimitsInput& limits) {
  if (limits.rate_limits.empty() && limits.quotas.empty()) return;
  for (const lifecycle::RateLimitInput& limit : limits.rate_limits) {
    json.begin_array().text(limit.name).number(limit.requests.value_or(0)).number(limit.window_seconds.value_or(0));
    json.text(limit.rate_class.value_or("")).end_array();
  }
  for (const lifecycle::QuotaInput& quota : limits.quotas) {
    json.begin_array().text(quota.name).number(quota.requests.value_or(0)).text(quota.period).end_array();
  }
}

void write_texts(JsonWriter& json, const std::vector<std::string>& texts) {
  json.begin_array();
  for (const std::string& text : texts) json.text(text);
  json.end_array();
}

}  // namespace

std::optional<lifecycle::RestrictionsInput> read_restrictions(FieldReader& fields, Mistakes& mistakes) {
  JsonValue* object = fields.object("restrictions");
  if (object == nullptr) return std::nullopt;
  FieldReader inner(*object, fields.pointer("restrictions"), mistakes);
  const std::vector<std::string> none;
  lifecycle::RestrictionsInput out;
  out.operations = inner.texts("operations").value_or(none);
  out.channels = inner.channels("channels").value_or(none);
  out.attributes = inner.texts("attributes").value_or(none);
  out.ip_ranges = inner.texts("ip_ranges").value_or(none);
  inner.finish();
  return out;
}

std::expected<lifecycle::CreateKey, Problem> read_create_key(JsonValue& document, const Tenant& tenant,
                                                             const catalog::Catalog& catalog, Instant now) {
  Mistakes mistakes;
  FieldReader fields(document, "", mistakes);
  for (const std::string_view name : {"nickname", "contact_email", "access_type"}) fields.require(name);
  lifecycle::UpdateKey input;
  input.nickname = fields.text("nickname").value_or("");
  input.contact_email = fields.text("contact_email").value_or("");
  const std::string access_type = fields.text("access_type").value_or("");
  input.restrictions = read_restrictions(fields, mistakes);
  input.limits = read_limits(fields, mistakes);
  input.expires_at = fields.time_or_null("expires_at");
  const auto hand_over = read_hand_over(fields, mistakes);
  fields.finish();
  if (!mistakes.empty()) {
    return std::unexpected(invalid_fields(combine(std::move(mistakes),
                                                  meaning_of(input, access_type, tenant, catalog, now))));
  }
  lifecycle::CreateKey create;
  create.nickname = std::move(*input.nickname);
  create.contact_email = std::move(*input.contact_email);
  create.access_type = access_type;
  create.restrictions = std::move(input.restrictions).value_or(lifecycle::RestrictionsInput());
  create.limits = std::move(input.limits).value_or(lifecycle::LimitsInput());
  create.expires_at = input.expires_at.value_or(std::nullopt);
  create.hand_over = hand_over.value_or(HandOver());
  return create;
}

std::expected<lifecycle::UpdateKey, Problem> read_update_key(JsonValue& document, const ApiKey& key,
                                                             const Tenant& tenant, const catalog::Catalog& catalog,
                                                             Instant now) {
  Mistakes mistakes;
  FieldReader fields(document, "", mistakes);
  lifecycle::UpdateKey input;
  input.nickname = fields.text("nickname");
  input.contact_email = fields.text("contact_email");
  input.restrictions = read_restrictions(fields, mistakes);
  input.limits = read_limits(fields, mistakes);
  input.expires_at = fields.time_or_null("expires_at");
  fields.forbid("access_type", "The access type of a key can't change. Make another key.");
  fields.finish();
  if (!mistakes.empty()) {
    return std::unexpected(invalid_fields(combine(std::move(mistakes),
                                                  meaning_of(input, key.access_type, tenant, catalog, now))));
  }
  return input;
}

std::expected<lifecycle::RestrictionsInput, Problem> read_trial(JsonValue& document, const ApiKey& key, const Tenant& tenant,
                                                                const catalog::Catalog& catalog) {
  Mistakes mistakes;
  FieldReader fields(document, "", mistakes);
  fields.require("restrictions");
  lifecycle::UpdateKey input;
  input.restrictions = read_restrictions(fields, mistakes);
  fields.finish();
  if (!mistakes.empty()) {
    return std::unexpected(invalid_fields(combine(std::move(mistakes), meaning_of(input, key.access_type, tenant, catalog, {}))));
  }
  return std::move(*input.restrictions);
}

credential::Digest request_hash(const lifecycle::CreateKey& create) {
  JsonWriter json;
  json.begin_array().text(create.nickname).text(create.contact_email).text(create.access_type);
  write_texts(json, create.restrictions.operations);
  write_texts(json, create.restrictions.channels);
  write_texts(json, create.restrictions.attributes);
  write_texts(json, create.restrictions.ip_ranges);
  json.text(create.expires_at ? format_rfc3339(*create.expires_at) : std::string());
  write_limits(json, create.limits);
  if (create.hand_over.kind != HandOverKind::kShow) {
    json.begin_array().text(to_string(create.hand_over.kind)).text(create.hand_over.manager).text(create.hand_over.path).end_array();
  }
  json.end_array();
  return credential::sha256(json.take());
}

}  // namespace latchkey::api
