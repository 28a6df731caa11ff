#include "catalog/media_type.h"

#include "catalog/catalog.h"

namespace latchkey::catalog {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

}  // namespace

bool is_json_in_utf8(std::string_view content_type) {
  const std::string folded = fold_ascii(content_type);
  std::string_view rest = folded;
  const std::size_t end = std::min(rest.find(';'), rest.size());
  const std::string_view type = trimmed(rest.substr(0, end));
  const std::size_t slash = std::min(type.find('/'), type.size() - 1);
  if (type.empty() || !is_token(type.substr(0, slash)) || !is_token(type.substr(slash + 1))) return false;
  if (type != "application/json" && !(type.ends_with("+json") && type.size() > slash + 6)) return false;
  rest.remove_prefix(end);

  bool has_charset = false;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t stop = std::min(rest.find(';'), rest.size());
    const std::string_view parameter = trimmed(rest.substr(0, stop));
    rest.remove_prefix(stop);
    if (parameter.empty()) continue;
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) return false;
    const std::string_view name = parameter.substr(0, equals);
    std::string_view value = parameter.substr(equals + 1);
    // A quoted text could hold the ';' that we parted at: what is not simple is not taken.
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    if (!is_token(name) || !is_token(value)) return false;
    if (!name.starts_with("charset")) continue;
    if (name != "charset" || has_charset || value != "utf-8") return false;
    has_charset = true;
  }
  return true;
}

}  // namespace latchkey::catalog
