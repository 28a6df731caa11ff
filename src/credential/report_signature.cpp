#include "credential/report_signature.h"

#include <charconv>
#include <optional>
#include <vector>

#include "credential/digest.h"

namespace latchkey::credential {
namespace {

constexpr std::size_t kHexDigits = 64;

std::string hex_of(const Digest& digest) {
  std::string out;
  for (const std::uint8_t byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

std::string mac_of(const Secret& secret, std::string_view time, std::string_view body) {
  std::string signed_text;
  signed_text.reserve(time.size() + 1 + body.size());
  signed_text.append(time).append(".").append(body);
  std::string out = hex_of(hmac_sha256(secret.expose(), signed_text));
  wipe(signed_text);
  return out;
}

struct Parts {
  std::string_view time;
  std::int64_t time_s = 0;
  std::vector<std::string_view> macs;
};

std::optional<Parts> take_apart(std::string_view field) {
  Parts parts;
  while (!field.empty()) {
    const std::string_view part = field.substr(0, field.find(','));
    field.remove_prefix(std::min(part.size() + 1, field.size()));
    if (part.starts_with("t=") && parts.time.empty()) {
      parts.time = part.substr(2);
    } else if (part.starts_with("v1=") && part.size() == 3 + kHexDigits && parts.macs.size() < kMaxSignatures) {
      parts.macs.push_back(part.substr(3));
    } else {
      return std::nullopt;
    }
  }
  const char* const begin = parts.time.data();
  const char* const end = begin + parts.time.size();
  const auto [at, error] = std::from_chars(begin, end, parts.time_s);
  const bool in_range = parts.time_s >= 0 && parts.time_s < 100'000'000'000;
  if (error != std::errc() || at != end || !in_range || parts.macs.empty()) return std::nullopt;
  return parts;
}

}  // namespace

bool hmac_verifies(const Secret& secret, std::string_view body, std::string_view field, Instant now) {
  const auto parts = take_apart(field);
  if (!parts) return false;
  const std::int64_t age_ms = now.unix_ms - parts->time_s * 1000;
  if (age_ms > kSignatureLifeMs || age_ms < -kSignatureLifeMs) return false;
  const std::string right = mac_of(secret, parts->time, body);
  bool good = false;
  for (const std::string_view mac : parts->macs) good |= equal_in_constant_time(mac, right);
  return good;
}

std::string hmac_field(const Secret& secret, std::string_view body, Instant now) {
  const std::string time = std::to_string(now.unix_ms / 1000);
  return fmt::format("t={},v1={}", time, mac_of(secret, time, body));
}

}  // namespace latchkey::credential
