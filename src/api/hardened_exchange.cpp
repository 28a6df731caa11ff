#include "api/hardened_exchange.h"

namespace latchkey::api {
namespace {

// Everything a page needs comes from here; styles may stand in the page because the component library sets them there.
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
// For everything that is not a page, in case somebody opens it as one.
constexpr std::string_view kDataPolicy = "default-src 'none'; frame-ancestors 'none'";
constexpr std::string_view kTwoYears = "max-age=63072000";

}  // namespace

net::ResponseHead HardenedExchange::hardened(const net::ResponseHead& head) const {
  net::ResponseHead out = head;
  // A 304 says nothing of the kind: a browser would put its policy in the place of the stored page's own.
  if (head.status != 304) {
    const bool page = head.find("Content-Type").starts_with("text/html");
    out.headers.push_back({"Content-Security-Policy", page ? kPagePolicy : kDataPolicy});
  }
  out.headers.push_back({"X-Content-Type-Options", "nosniff"});
  out.headers.push_back({"Referrer-Policy", "no-referrer"});
  out.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
  out.headers.push_back({"Cross-Origin-Resource-Policy", "same-origin"});
  if (peer().tls) out.headers.push_back({"Strict-Transport-Security", kTwoYears});
  return out;
}

net::Task<Result<void>> HardenedExchange::respond(const net::ResponseHead& head, std::string_view body) {
  const net::ResponseHead out = hardened(head);
  co_return co_await inner_.respond(out, body);
}

net::Task<Result<void>> HardenedExchange::start(const net::ResponseHead& head,
                                                std::optional<std::uint64_t> content_length) {
  const net::ResponseHead out = hardened(head);
  co_return co_await inner_.start(out, content_length);
}

}  // namespace latchkey::api
