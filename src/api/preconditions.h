// ETag, If-Match and Idempotency-Key: a key's version in quotes, what the caller believes it to be, and a name for a
// request that must not act twice.
#pragma once
#include <expected>
#include <optional>
#include <string>

#include "api/problem.h"
#include "api/request.h"

namespace latchkey::api {

std::string etag_of(std::int64_t version);

// Empty without an If-Match, or with "*". A tag that can't be one of ours is a version that no key has, so that the
// answer is 412 and not a guess.
std::expected<std::optional<std::int64_t>, Problem> read_if_match(const ApiRequest& request);

// Empty without the field.
std::expected<std::optional<std::string>, Problem> read_idempotency_key(const ApiRequest& request);

}  // namespace latchkey::api
