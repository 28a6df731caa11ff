#include "api/cookie.h"

namespace latchkey::api {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Cookie find_cookie(const net::RequestHead& head, std::string_view name) {
  Cookie found;
  for (const net::Header& header : head.headers) {
    if (!net::same_name(header.name, "Cookie")) continue;
    std::string_view pairs = header.value;
    while (!pairs.empty()) {
      const std::size_t end = std::min(pairs.find(';'), pairs.size());
      const std::string_view pair = trim(pairs.substr(0, end));
      pairs.remove_prefix(std::min(end + 1, pairs.size()));
      const std::size_t equals = pair.find('=');
      if (equals == std::string_view::npos || trim(pair.substr(0, equals)) != name) continue;
      ++found.count;
      found.value = trim(pair.substr(equals + 1));
    }
  }
  return found;
}

std::string set_session_cookie(std::string_view token) {
  return fmt::format("{}={}{}", kSessionCookie, token, kCookieAttributes);
}

std::string clear_session_cookie() { return fmt::format("{}={}; Max-Age=0", kSessionCookie, kCookieAttributes); }

}  // namespace latchkey::api
