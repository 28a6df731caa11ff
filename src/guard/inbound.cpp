#include "guard/inbound.h"

#include "guard/field_name.h"
#include "telemetry/redact.h"

namespace latchkey::guard {
namespace {

char folded(char c) { return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool same_spelling(std::string_view name, std::string_view lower) {
  if (name.size() != lower.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (folded(name[i]) != lower[i]) return false;
  }
  return true;
}

bool is_method_override(std::string_view name) {
  return same_spelling(name, "x-http-method-override") || same_spelling(name, "x-http-method") ||
         same_spelling(name, "x-method-override");
}

}  // namespace

std::string_view harmless_user_agent(std::string_view sent) { return telemetry::holds_key(sent) ? "[redacted]" : sent; }

bool is_api_key_field(std::string_view name) { return same_spelling(name, "x-api-key"); }

bool is_latchkey_field(std::string_view name) {
  static constexpr std::string_view kLead = "x-latchkey-";
  return name.size() >= kLead.size() && same_spelling(name.substr(0, kLead.size()), kLead);
}

Inbound::Inbound(const net::RequestHead& head, const Origin& origin) : origin_(origin) {
  for (const net::Header& field : head.headers) {
    if (is_api_key_field(field.name)) {
      api_key_fields_.add(field.value);
    } else if (is_named(field, "Authorization")) {
      authorization_fields_.add(field.value);
    } else if (is_method_override(field.name)) {
      method_override_ = field.value;
    }
  }
}

check::Request Inbound::request() const {
  check::Request request;
  request.api_key_fields = api_key_fields_.span();
  request.authorization_fields = authorization_fields_.span();
  request.method_override = method_override_;
  request.secure = origin_.secure;
  request.client = origin_.address;
  return request;
}

}  // namespace latchkey::guard
