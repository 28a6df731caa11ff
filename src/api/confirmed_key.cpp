#include "api/confirmed_key.h"

#include "api/authorize.h"
#include "api/find_key.h"
#include "api/preconditions.h"
#include "api/read_body.h"

namespace latchkey::api {

std::expected<KeyChange, Problem> read_key_change(const ApiContext& context, const ApiRequest& request) {
  const auto tenant = reach_tenant(context.services.store, request.caller, request.parameters[0], Need::kWriteKeys);
  if (!tenant) return std::unexpected(tenant.error());
  const auto key = find_key(context, *tenant, request);
  if (!key) return std::unexpected(key.error());
  const auto version = read_if_match(request);
  if (!version) return std::unexpected(version.error());
  return KeyChange{*tenant, *key, *version};
}

std::expected<KeyChange, Problem> read_confirmed_change(const ApiContext& context, const ApiRequest& request) {
  auto change = read_key_change(context, request);
  if (!change) return change;
  auto document = read_object_or_nothing(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  const auto nickname = fields.text("nickname");
  fields.finish();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  if (auto refused = refuse_other_nickname(change->key, nickname)) return std::unexpected(std::move(*refused));
  return change;
}

std::optional<Problem> refuse_other_nickname(const ApiKey& key, const std::optional<std::string>& nickname) {
  if (!nickname || *nickname == key.nickname) return std::nullopt;
  return conflict("The nickname is not this key's. Type it exactly as it is, or check that this is the key you mean.");
}

std::optional<Problem> refuse_fields(const ApiRequest& request) {
  auto document = read_object_or_nothing(request);
  if (!document) return std::move(document.error());
  Mistakes mistakes;
  FieldReader(*document, "", mistakes).finish();
  if (mistakes.empty()) return std::nullopt;
  return invalid_fields(std::move(mistakes));
}

}  // namespace latchkey::api
