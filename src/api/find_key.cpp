#include "api/find_key.h"

namespace latchkey::api {
namespace {

Problem no_such_key() { return not_found("There is no such API key."); }

}  // namespace

std::expected<store::KeyRecord, Problem> find_key_record(const ApiContext& context, const Tenant& tenant, const ApiRequest& request) {
  const auto id = KeyId::parse(request.parameters[1]);
  if (!id) return std::unexpected(no_such_key());
  auto record = context.services.store.find_key(tenant.id, *id);
  if (!record)
    return std::unexpected(record.error().code == ErrorCode::kNotFound ? no_such_key() : problem_of(record.error()));
  return std::move(*record);
}

std::expected<ApiKey, Problem> find_key(const ApiContext& context, const Tenant& tenant, const ApiRequest& request) {
  auto record = find_key_record(context, tenant, request);
  if (!record) return std::unexpected(std::move(record.error()));
  return std::move(record->key);
}

}  // namespace latchkey::api
