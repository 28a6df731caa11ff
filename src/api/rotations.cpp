// Exchanging a key's secret, and taking keys away for a while: /v1/tenants/{tenant}/api-keys/{id}/rotate and its neighbours.
#include "api/confirmed_key.h"
#include "api/hand_over_input.h"
#include "api/key_response.h"
#include "api/query.h"
#include "api/read_body.h"
#include "api/receipt.h"
#include "api/resources.h"
#include "lifecycle/rotations.h"

namespace latchkey::api {
namespace {

constexpr std::int64_t kMaxOverlapSeconds = KeyPolicy::kMaxOverlapMs / 1000;
constexpr std::size_t kMaxNickname = 400;

std::expected<lifecycle::RotateKey, Problem> read_rotate(const ApiRequest& request) {
  auto document = read_object_or_nothing(request);
  if (!document) return std::unexpected(std::move(document.error()));
  Mistakes mistakes;
  FieldReader fields(*document, "", mistakes);
  lifecycle::RotateKey rotate;
  if (const auto seconds = fields.integer("overlap_seconds")) {
    if (*seconds < 0 || *seconds > kMaxOverlapSeconds) {
      fields.mistake("overlap_seconds", fmt::format("An overlap lasts 0 to {} seconds (90 days).", kMaxOverlapSeconds));
    } else {
      rotate.overlap_ms = *seconds * 1000;
    }
  }
  if (const auto finish = fields.text("finish")) {
    const auto known = parse_rotation_finish(*finish);
    if (!known) fields.mistake("finish", "This must be \"at_end\" or \"on_first_use\".");
    rotate.finish = known.value_or(rotate.finish);
  }
  rotate.hand_over = read_hand_over(fields, mistakes);
  fields.finish();
  if (!mistakes.empty()) return std::unexpected(invalid_fields(std::move(mistakes)));
  return rotate;
}

Outcome answer(const ApiContext& context, const ApiRequest& request, const std::optional<Wait>& wait,
               const lifecycle::ChangeResult<ApiKey>& changed) {
  if (!changed) return std::unexpected(problem_of(changed.error()));
  return with_receipt(context, request, wait, key_response(context, 200, *changed));
}

Outcome rotate_key(const ApiContext& context, ApiRequest& request) {
  const auto change = read_key_change(context, request);
  if (!change) return std::unexpected(change.error());
  const auto rotate = read_rotate(request);
  if (!rotate) return std::unexpected(rotate.error());
  const auto wait = read_wait(request);
  if (!wait) return std::unexpected(wait.error());
  const auto rotated = context.services.rotations.rotate(change->tenant, change->key.id, *rotate, change->version);
  if (!rotated) return std::unexpected(problem_of(rotated.error()));
  return with_receipt(context, request, *wait,
                      key_response(context, 200, rotated->key, rotated->secret.empty() ? nullptr : &rotated->secret));
}

using Step = lifecycle::ChangeResult<ApiKey> (lifecycle::Rotations::*)(TenantId, KeyId, std::optional<std::int64_t>);

Outcome step(const ApiContext& context, ApiRequest& request, Step take) {
  const auto change = read_confirmed_change(context, request);
  if (!change) return std::unexpected(change.error());
  const auto wait = read_wait(request);
  if (!wait) return std::unexpected(wait.error());
  return answer(context, request, *wait, (context.services.rotations.*take)(change->tenant.id, change->key.id, change->version));
}

// "sec_" and the sixteen digits of a secret's number.
std::optional<std::uint64_t> parse_secret_id(std::string_view text) {
  static constexpr std::string_view kPrefix = "sec_";
  if (!text.starts_with(kPrefix) || text.size() != kPrefix.size() + 16) return std::nullopt;
  std::uint64_t number = 0;
  for (const char c : text.substr(kPrefix.size())) {
    const bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
    if (!digit && !letter) return std::nullopt;
    number = number << 4 | static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return number;
}

Outcome revoke_secret(const ApiContext& context, ApiRequest& request) {
  const auto change = read_confirmed_change(context, request);
  if (!change) return std::unexpected(change.error());
  const auto wait = read_wait(request);
  if (!wait) return std::unexpected(wait.error());
  const auto number = parse_secret_id(request.parameters[2]);
  if (!number) return std::unexpected(not_found("This key has no such secret."));
  return answer(context, request, *wait,
                context.services.rotations.revoke_secret(change->tenant.id, change->key.id, *number, change->version));
}

Outcome delete_key(const ApiContext& context, ApiRequest& request) {
  const auto change = read_key_change(context, request);
  if (!change) return std::unexpected(change.error());
  QueryReader query(request.query);
  const auto nickname = query.text("nickname", kMaxNickname);
  const auto wait = read_wait(query);
  if (auto wrong = query.finish()) return std::unexpected(std::move(*wrong));
  if (auto refused = refuse_fields(request)) return std::unexpected(std::move(*refused));
  if (auto refused = refuse_other_nickname(change->key, nickname)) return std::unexpected(std::move(*refused));
  return answer(context, request, wait, context.services.rotations.remove(change->tenant.id, change->key.id, change->version));
}

}  // namespace

void add_rotation_routes(Router& router, const ApiContext& context) {
  const auto add = [&](std::string_view method, std::string_view path, auto handler) {
    router.add({.method = method, .path = path, .handle = with(context, handler)});
  };
  const auto taking = [](Step take) { return [take](const ApiContext& c, ApiRequest& r) { return step(c, r, take); }; };
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/rotate", rotate_key);
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/rotation/finish", taking(&lifecycle::Rotations::finish));
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/rotation/cancel", taking(&lifecycle::Rotations::cancel));
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/secrets/{secret}/revoke", revoke_secret);
  add("DELETE", "/v1/tenants/{tenant}/api-keys/{id}", delete_key);
  add("POST", "/v1/tenants/{tenant}/api-keys/{id}/restore", taking(&lifecycle::Rotations::restore));
}

}  // namespace latchkey::api
