#include "exposure/github_keys.h"

#include <simdjson.h>

#include "base/log.h"
#include "exposure/signatures.h"

namespace latchkey::exposure {

Result<std::map<std::string, std::string, std::less<>>> read_github_keys(std::string_view document) {
  std::map<std::string, std::string, std::less<>> out;
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  const simdjson::padded_string padded(document);
  if (parser.parse(padded)["public_keys"].get(list) != simdjson::SUCCESS) {
    return fail(ErrorCode::kCorrupt, "The public keys for leak reports are not in the form that GitHub documents.");
  }
  for (const simdjson::dom::element element : list) {
    std::string_view identifier, pem;
    if (element["key_identifier"].get(identifier) != simdjson::SUCCESS) continue;
    if (element["key"].get(pem) != simdjson::SUCCESS) continue;
    const bool usable = !identifier.empty() && identifier.size() <= GithubKeys::kMaxIdentifierBytes && is_p256_key(pem);
    if (usable && out.size() < GithubKeys::kMaxKeys) out.insert_or_assign(std::string(identifier), std::string(pem));
  }
  return out;
}

std::optional<std::string> GithubKeys::find(std::string_view identifier) {
  if (identifier.empty() || identifier.size() > kMaxIdentifierBytes) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ms = clock_.steady_ns() / 1'000'000;
  const bool fresh = fetched_ms_ && now_ms - *fetched_ms_ < kFreshMs;
  if (!fresh || !keys_.contains(identifier)) fetch(now_ms);
  if (!fetched_ms_ || now_ms - *fetched_ms_ >= kUsableMs) return std::nullopt;
  const auto at = keys_.find(identifier);
  return at == keys_.end() ? std::nullopt : std::optional(at->second);
}

void GithubKeys::fetch(std::int64_t now_ms) {
  if (tried_ms_ && now_ms - *tried_ms_ < kRetryMs) return;
  tried_ms_ = now_ms;
  const auto document = source_.fetch();
  auto keys = document ? read_github_keys(*document) : std::unexpected(document.error());
  if (!keys) {
    log::warn("leak_report.keys_not_fetched", {{"error", keys.error().message}, {"detail", keys.error().detail}});
    return;
  }
  keys_ = std::move(*keys);
  fetched_ms_ = now_ms;
}

}  // namespace latchkey::exposure
