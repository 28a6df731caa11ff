// The session's cookie. `__Host-` makes browsers insist on Secure, Path=/ and no Domain, so that no other host, not even
// a subdomain, can set it; HttpOnly keeps it from scripts, SameSite=Strict from requests that other sites start.
#pragma once
#include <string>
#include <string_view>

#include "net/http.h"

namespace latchkey::api {

inline constexpr std::string_view kSessionCookie = "__Host-latchkey";

struct Cookie {
  int count = 0;  // more than one is an attempt to be two people
  std::string_view value;
};
Cookie find_cookie(const net::RequestHead& head, std::string_view name);
inline Cookie find_session_cookie(const net::RequestHead& head) { return find_cookie(head, kSessionCookie); }

inline constexpr std::string_view kCookieAttributes = "; Path=/; Secure; HttpOnly; SameSite=Strict";
// Set-Cookie values. Without Max-Age the cookie ends with the browser; the server ends the session in any case.
std::string set_session_cookie(std::string_view token);
std::string clear_session_cookie();

}  // namespace latchkey::api
