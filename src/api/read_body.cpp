#include "api/read_body.h"

namespace latchkey::api {
namespace {

std::string_view trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// "application/json", with no parameter but charset=utf-8. A page of another site can't send this type without asking
// first (a CORS preflight), which is never granted.
bool declares_json(const net::RequestHead& head) {
  if (head.count("Content-Type") != 1) return false;
  const std::string_view value = head.find("Content-Type");
  const std::size_t semicolon = std::min(value.find(';'), value.size());
  if (!net::same_name(trim(value.substr(0, semicolon)), "application/json")) return false;
  if (semicolon == value.size()) return true;
  const std::string_view parameter = trim(value.substr(semicolon + 1));
  return net::same_name(parameter, "charset=utf-8") || net::same_name(parameter, "charset=\"utf-8\"");
}

bool declares_plain_coding(const net::RequestHead& head) {
  return head.count("Content-Encoding") == 0 || net::same_name(head.find("Content-Encoding"), "identity");
}

std::expected<JsonValue, Problem> read_json(const ApiRequest& request, JsonValue::Kind kind, const char* wanted,
                                            std::size_t max_values) {
  if (!declares_json(request.head) || !declares_plain_coding(request.head))
    return std::unexpected(unsupported_media_type());
  auto document = parse_json(request.body, max_values);
  if (!document)
    return std::unexpected(invalid_json(std::move(document.error().detail), std::move(document.error().pointer)));
  if (document->kind != kind) return std::unexpected(invalid_json(wanted));
  return std::move(*document);
}

}  // namespace

std::expected<JsonValue, Problem> read_object(const ApiRequest& request, std::size_t max_values) {
  return read_json(request, JsonValue::Kind::kObject, "Send a JSON object: {...}.", max_values);
}

std::expected<JsonValue, Problem> read_object_or_nothing(const ApiRequest& request) {
  if (request.body.empty()) return JsonValue(JsonValue::Kind::kObject);
  return read_object(request);
}

std::expected<JsonValue, Problem> read_array(const ApiRequest& request) {
  return read_json(request, JsonValue::Kind::kArray, "Send a JSON array: [...].", kMaxJsonValues);
}

}  // namespace latchkey::api
