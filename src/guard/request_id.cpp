#include "guard/request_id.h"

#include <algorithm>
#include <array>

#include "telemetry/redact.h"

namespace latchkey::guard {

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxRequestIdBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' || c == '-';
  });
}

std::string request_id_for(const net::RequestHead& head, Random& random) {
  if (head.count("X-Request-Id") == 1) {
    const std::string_view sent = head.find("X-Request-Id");
    if (is_request_id(sent) && !telemetry::holds_key(sent)) return std::string(sent);
  }
  std::array<std::uint8_t, 16> bytes;
  random.fill(bytes);
  std::string id = "req_";
  static constexpr char kDigits[] = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    id += kDigits[byte >> 4];
    id += kDigits[byte & 15];
  }
  return id;
}

}  // namespace latchkey::guard
