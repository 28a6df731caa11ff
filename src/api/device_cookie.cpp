#include "api/device_cookie.h"

#include <charconv>

#include "api/cookie.h"
#include "base/id.h"
#include "base/secret.h"
#include "catalog/catalog.h"

namespace latchkey::api {
namespace {

constexpr int kMaxAgeSeconds = 400 * 86'400;  // browsers keep none longer
constexpr std::size_t kIdBytes = 32, kMacBytes = 64;

}  // namespace

// Under another name than any sealed row begins with.
std::string DeviceCookies::mac(credential::PepperId pepper, std::string_view id, std::string_view email) const {
  const credential::Digest digest =
      peppers_.seal(pepper, fmt::format("latchkey device 1 {} {}", id, catalog::fold_ascii(email)));
  std::string hex;
  for (const std::uint8_t byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

std::string DeviceCookies::make(std::string_view email) const {
  Uuid bytes;
  random_.fill(bytes);
  const std::string id = uuid_to_hex(bytes);
  const credential::PepperId pepper = peppers_.current();
  return fmt::format("{}={}.{}.{}{}; Max-Age={}", kDeviceCookie, pepper, id, mac(pepper, id, email), kCookieAttributes,
                     kMaxAgeSeconds);
}

std::optional<std::string> DeviceCookies::recognise(const net::RequestHead& head, std::string_view email) const {
  const Cookie cookie = find_cookie(head, kDeviceCookie);
  if (cookie.count != 1) return std::nullopt;
  const std::size_t first = cookie.value.find('.');
  if (first == std::string_view::npos || cookie.value.size() != first + 1 + kIdBytes + 1 + kMacBytes)
    return std::nullopt;
  credential::PepperId pepper = 0;
  const char* const end = cookie.value.data() + first;
  const auto [stop, error] = std::from_chars(cookie.value.data(), end, pepper);
  if (error != std::errc{} || stop != end || !peppers_.knows(pepper) || cookie.value[first + 1 + kIdBytes] != '.')
    return std::nullopt;
  const std::string_view id = cookie.value.substr(first + 1, kIdBytes);
  if (!equal_in_constant_time(mac(pepper, id, email), cookie.value.substr(first + 1 + kIdBytes + 1)))
    return std::nullopt;
  return std::string(id);
}

}  // namespace latchkey::api
