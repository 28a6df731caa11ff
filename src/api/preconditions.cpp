#include "api/preconditions.h"

#include <charconv>

namespace latchkey::api {
namespace {

constexpr std::int64_t kNoVersion = -1;
constexpr std::size_t kMaxIdempotencyKeyBytes = 128;

}  // namespace

std::string etag_of(std::int64_t version) { return fmt::format("\"{}\"", version); }

std::expected<std::optional<std::int64_t>, Problem> read_if_match(const ApiRequest& request) {
  const int count = request.head.count("If-Match");
  if (count == 0) return std::nullopt;
  const std::string_view value = request.head.find("If-Match");
  if (count > 1 || value.empty() || value.find(',') != std::string_view::npos) {
    return std::unexpected(bad_request("Send one If-Match with one ETag, as it was answered: If-Match: \"3\"."));
  }
  if (value == "*") return std::nullopt;
  // Weak tags never match here (RFC 9110, 13.1.1).
  if (value.size() < 3 || value.front() != '"' || value.back() != '"') return kNoVersion;
  const std::string_view digits = value.substr(1, value.size() - 2);
  std::int64_t version = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  if (error != std::errc() || end != digits.data() + digits.size() || etag_of(version) != value) return kNoVersion;
  return version;
}

std::expected<std::optional<std::string>, Problem> read_idempotency_key(const ApiRequest& request) {
  const int count = request.head.count("Idempotency-Key");
  if (count == 0) return std::nullopt;
  const std::string_view value = request.head.find("Idempotency-Key");
  const bool printable = std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  if (count > 1 || value.empty() || value.size() > kMaxIdempotencyKeyBytes || !printable) {
    return std::unexpected(bad_request(
        fmt::format("An Idempotency-Key is one field of 1 to {} printable ASCII characters, such as a UUID.",
                    kMaxIdempotencyKeyBytes)));
  }
  return std::string(value);
}

}  // namespace latchkey::api
