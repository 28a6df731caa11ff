// The query of the usage endpoints.
#pragma once
#include <expected>

#include "api/problem.h"
#include "api/request.h"
#include "store/usage_store.h"

namespace latchkey::api {

struct UsageRequest {
  store::UsageQuery query;
  bool csv = false;
};

// `key`: of the endpoint of one key. The range is widened to whole buckets; what is not kept by the granularity asked for
// is refused, and so is a range of more buckets than an answer takes.
std::expected<UsageRequest, Problem> read_usage_query(const ApiRequest& request, TenantId tenant, std::optional<KeyId> key,
                                                      Instant now, const store::UsageRetention& retention);
std::string_view to_string(store::Granularity granularity);
// Empty for kAll.
std::string_view to_string(store::UsageGroup group);

}  // namespace latchkey::api
