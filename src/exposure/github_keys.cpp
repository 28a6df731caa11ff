#include "exposure/github_keys.h"

#include "base/log.h"
#include "catalog/json_reader.h"
#include "credential/ecdsa.h"

namespace latchkey::exposure {
namespace {

using catalog::JsonReader;

// Of a string; anything else is passed over.
bool read_text(JsonReader& reader, std::string& out) {
  if (reader.kind() != JsonReader::Kind::kString) return reader.skip();
  std::string_view literal;
  if (!reader.scalar(literal)) return false;
  std::string storage;
  out = catalog::unescape(literal, storage);
  return true;
}

bool read_key(JsonReader& reader, std::map<std::string, std::string, std::less<>>& keys) {
  if (reader.kind() != JsonReader::Kind::kObject) return reader.skip();
  std::string identifier, pem;
  const bool sound = reader.object([&](std::string_view name, std::size_t) {
    if (name == "\"key_identifier\"") return read_text(reader, identifier);
    return name == "\"key\"" ? read_text(reader, pem) : reader.skip();
  });
  const bool usable =
      !identifier.empty() && identifier.size() <= GithubKeys::kMaxIdentifierBytes && credential::is_p256_key(pem);
  if (sound && usable && keys.size() < GithubKeys::kMaxKeys)
    keys.insert_or_assign(std::move(identifier), std::move(pem));
  return sound;
}

}  // namespace

Result<std::map<std::string, std::string, std::less<>>> read_github_keys(std::string_view document) {
  std::map<std::string, std::string, std::less<>> out;
  JsonReader reader(document);
  bool found = false;
  const bool sound = catalog::is_utf8(document) && reader.kind() == JsonReader::Kind::kObject &&
                     reader.object([&](std::string_view name, std::size_t) {
                       if (name != "\"public_keys\"" || reader.kind() != JsonReader::Kind::kArray) return reader.skip();
                       found = true;
                       return reader.array([&](std::size_t) { return read_key(reader, out); });
                     }) &&
                     reader.at_end();
  if (sound && found) return out;
  return fail(ErrorCode::kCorrupt, "The public keys for leak reports are not in the form that GitHub documents.");
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
