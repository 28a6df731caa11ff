#include "api/request_id.h"

namespace latchkey::api {
namespace {

constexpr std::size_t kMaxBytes = 64;

bool is_harmless(std::string_view text) {
  return !text.empty() && text.size() <= kMaxBytes && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '_' ||
           c == '-';
  });
}

}  // namespace

std::string request_id_for(const net::RequestHead& head, Random& random) {
  if (head.count("X-Request-Id") == 1 && is_harmless(head.find("X-Request-Id")))
    return std::string(head.find("X-Request-Id"));
  std::array<std::uint8_t, 16> bytes;
  random.fill(bytes);
  std::string id = "req_";
  for (const std::uint8_t byte : bytes) id += fmt::format("{:02x}", byte);
  return id;
}

}  // namespace latchkey::api
