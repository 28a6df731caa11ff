#include "guard/original_request.h"

#include <initializer_list>

#include "guard/field_name.h"

namespace latchkey::guard {
namespace {

// The one value that all these fields agree on. Empty if there is none; false if they differ.
bool agreed(const net::RequestHead& head, std::initializer_list<std::string_view> names, std::string_view& value) {
  for (const net::Header& field : head.headers) {
    for (const std::string_view name : names) {
      if (!is_named(field, name)) continue;
      if (!value.empty() && value != field.value) return false;
      value = field.value;
    }
  }
  return true;
}

// Without scheme and authority, as X-Original-URL has them from some gateways.
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const std::size_t slash = target.find('/', scheme.size());
    return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  return target;
}

}  // namespace

OriginalRequest original_request(const net::RequestHead& head) {
  OriginalRequest original;
  std::string_view url, uri;
  if (!agreed(head, {"X-Forwarded-Method", "X-Original-Method"}, original.method)) {
    return {{},
            {},
            "The gateway sent two different original methods; configure it to send X-Forwarded-Method or "
            "X-Original-Method, once."};
  }
  if (!agreed(head, {"X-Forwarded-Uri", "X-Original-URI"}, uri) || !agreed(head, {"X-Original-URL"}, url) ||
      (!uri.empty() && !url.empty() && origin_form(url) != origin_form(uri))) {
    return {{},
            {},
            "The gateway sent two different original addresses; configure it to send X-Forwarded-Uri, X-Original-URI "
            "or X-Original-URL, once."};
  }
  original.target = origin_form(uri.empty() ? url : uri);
  if (original.method.empty() || original.target.empty()) {
    return {{},
            {},
            "The gateway did not say which request it asks about; configure it to send X-Original-Method and "
            "X-Original-URI."};
  }
  return original;
}

}  // namespace latchkey::guard
