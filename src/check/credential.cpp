#include "check/credential.h"

#include "base/secret.h"
#include "catalog/catalog.h"

namespace latchkey::check {
namespace {

// The token of "Bearer <token>", or empty for another scheme.
std::string_view bearer_token(std::string_view field) {
  static constexpr std::string_view kScheme = "Bearer";
  if (field.size() <= kScheme.size() || !catalog::equal_ignoring_ascii_case(field.substr(0, kScheme.size()), kScheme) ||
      field[kScheme.size()] != ' ') {
    return {};
  }
  field.remove_prefix(kScheme.size());
  while (field.starts_with(' ')) field.remove_prefix(1);
  return field;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Decodes what can be decoded and keeps the rest: this looks for keys, it does not interpret.
void decode_leniently(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool encoded =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    out += encoded ? static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2])) : text[i];
    if (encoded) i += 2;
  }
}

}  // namespace

SentCredential find_credential(std::span<const std::string_view> api_key_fields,
                               std::span<const std::string_view> authorization_fields) {
  using Kind = SentCredential::Kind;
  if (api_key_fields.size() > 1)
    return {Kind::kAmbiguous, {}, "The header X-API-KEY was sent more than once; send it once."};
  if (authorization_fields.size() > 1) {
    return {Kind::kAmbiguous, {}, "The header Authorization was sent more than once; send it once."};
  }
  const std::string_view key = api_key_fields.empty() ? std::string_view{} : api_key_fields.front();
  const std::string_view token =
      authorization_fields.empty() ? std::string_view{} : bearer_token(authorization_fields.front());
  if (key.empty() && token.empty()) return {};
  if (!key.empty() && !token.empty() && !equal_in_constant_time(key, token)) {
    return {Kind::kAmbiguous, {}, "X-API-KEY and Authorization hold different keys; send one of them."};
  }
  return {Kind::kOne, key.empty() ? token : key, {}};
}

std::optional<std::string_view> key_in_query(const credential::KeyFormat& format, std::string_view target,
                                             std::string& decoded) {
  const std::size_t question = target.find('?');
  if (question == std::string_view::npos) return std::nullopt;
  const std::string_view query = target.substr(question + 1);
  // Most queries hold neither what a key begins with nor anything encoded that could hide it.
  if (query.size() < format.length()) return std::nullopt;
  if (query.find(format.prefix) == std::string_view::npos && query.find('%') == std::string_view::npos)
    return std::nullopt;
  const std::string lead = format.lead();
  decode_leniently(query, decoded);
  for (std::size_t at = decoded.find(lead); at != std::string::npos; at = decoded.find(lead, at + 1)) {
    const std::string_view candidate = std::string_view(decoded).substr(at, format.length());
    if (credential::is_well_formed(format, candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace latchkey::check
