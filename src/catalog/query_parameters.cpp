#include "catalog/query_parameters.h"

#include "catalog/place_values.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxParameters = 512;

constexpr const char* kBadPercent =
    "The query has a percent sign that is not followed by two hex digits; write %25 for the sign itself.";
constexpr const char* kBadSemicolon =
    "The query has a ';' where some servers begin a new parameter; separate parameters by '&' and write ';' within "
    "values as %3B.";

// Whether decoding it once more would change it.
bool is_encoded_twice(std::string_view decoded) {
  for (std::size_t at = decoded.find('%'); at != std::string_view::npos; at = decoded.find('%', at + 1)) {
    if (percent_decode(decoded.substr(at, 3), false)) return true;
  }
  return false;
}

std::optional<std::string> take_semicolons(std::string_view raw_value, QueryParameter& parameter) {
  std::size_t at = raw_value.find(';');
  if (at == std::string_view::npos) return std::nullopt;
  if (raw_value.find('=', at) != std::string_view::npos) return kBadSemicolon;
  while (at != std::string_view::npos) {
    const std::size_t end = raw_value.find(';', at + 1);
    auto name = percent_decode(raw_value.substr(at + 1, end == std::string_view::npos ? end : end - at - 1), true);
    if (!name) return kBadPercent;
    parameter.names_after_semicolons.push_back(std::move(*name));
    at = end;
  }
  return std::nullopt;
}

std::optional<std::string> take_one(std::string_view part, QueryParameter& parameter) {
  const std::size_t equals = part.find('=');
  const std::string_view raw_name = part.substr(0, equals);
  const std::string_view raw_value = equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
  if (raw_name.find(';') != std::string_view::npos) return kBadSemicolon;
  auto name = percent_decode(raw_name, true);
  auto value = percent_decode(raw_value, true);
  if (!name || !value) return kBadPercent;
  if (has_control_character(*name)) return "The query has a control character in a parameter's name; leave it out.";
  if (is_encoded_twice(*name)) return "The query has a parameter whose name is percent-encoded twice; encode it once.";
  parameter.name = std::move(*name);
  parameter.value = std::move(*value);
  return take_semicolons(raw_value, parameter);
}

}  // namespace

std::optional<std::string> take_apart(std::string_view query, std::vector<QueryParameter>& out) {
  for (std::size_t at = 0; at <= query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view part = query.substr(at, end - at);
    at = end + 1;
    if (part.empty()) continue;
    if (out.size() == kMaxParameters)
      return fmt::format("The query has more than {} parameters; send fewer.", kMaxParameters);
    if (auto why = take_one(part, out.emplace_back())) return why;
  }
  return std::nullopt;
}

}  // namespace latchkey::catalog
