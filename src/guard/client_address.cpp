#include "guard/client_address.h"

#include <optional>

#include "catalog/catalog.h"
#include "guard/field_name.h"

namespace latchkey::guard {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// All values of a list field, over all of its lines, last first.
template <class Visit>
void from_the_right(const net::RequestHead& head, std::string_view name, Visit&& visit) {
  for (auto field = head.headers.rbegin(); field != head.headers.rend(); ++field) {
    if (!is_named(*field, name)) continue;
    std::string_view rest = field->value;
    for (;;) {
      const std::size_t comma = rest.rfind(',');
      if (!visit(trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1)))) return;
      if (comma == std::string_view::npos) break;
      rest = rest.substr(0, comma);
    }
  }
}

}  // namespace

Origin find_origin(const net::Peer& peer, const net::RequestHead& head, const std::vector<IpRange>& trusted_proxies) {
  if (!any_contains(trusted_proxies, peer.address)) return {peer.address, peer.tls || peer.address.is_loopback()};

  IpAddress caller = peer.address;
  bool forwarded = false;
  from_the_right(head, "X-Forwarded-For", [&](std::string_view text) {
    const auto address = IpAddress::parse(text);
    if (!address) return false;  // what stands here, and left of it, is nobody's word
    forwarded = true;
    caller = *address;
    return any_contains(trusted_proxies, caller);
  });

  // The last value is the trusted peer's own; those before it were the caller's to write.
  std::optional<std::string_view> scheme;
  from_the_right(head, "X-Forwarded-Proto", [&](std::string_view text) {
    scheme = text;
    return false;
  });
  if (scheme) return {caller, catalog::equal_ignoring_ascii_case(*scheme, "https") || caller.is_loopback()};
  return {caller, forwarded ? caller.is_loopback() : peer.tls || peer.address.is_loopback()};
}

}  // namespace latchkey::guard
