#include "catalog/place_values.h"
#include "catalog/read_request.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxParameters = 512;

struct Parameter {
  std::string name;  // decoded, without "[]" and the like
  std::string value;
};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// "ChannelID[]" and "ChannelID[0]" are the name to servers that read arrays so.
std::string_view base_name(std::string_view name) {
  name = trimmed(name);
  const std::size_t bracket = name.find('[');
  return bracket == std::string_view::npos ? name : name.substr(0, bracket);
}

// Takes the query apart. Null, or why it has no single reading.
std::optional<std::string> take_apart(std::string_view query, std::vector<Parameter>& out) {
  for (std::string_view rest = query;;) {
    const std::size_t ampersand = rest.find('&');
    const std::string_view part = rest.substr(0, ampersand);
    const std::size_t equals = part.find('=');
    const std::string_view raw_value = equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
    const std::size_t semicolon = part.find(';');
    if (semicolon != std::string_view::npos && (semicolon < equals || raw_value.find('=', raw_value.find(';')) != std::string_view::npos)) {
      return "The query has a ';' where some servers begin a new parameter; separate parameters by '&' and write ';' within values as %3B.";
    }
    auto name = percent_decode(part.substr(0, equals), true);
    auto value = percent_decode(raw_value, true);
    if (!name || !value) return "The query has a percent sign that is not followed by two hex digits; write %25 for the sign itself.";
    if (has_control_character(*name)) return "The query has a control character in a parameter's name; leave it out.";
    if (out.size() == kMaxParameters) return "The query has more than 512 parameters; send fewer.";
    if (!part.empty()) out.push_back({std::string(base_name(*name)), std::move(*value)});
    if (ampersand == std::string_view::npos) return std::nullopt;
    rest = rest.substr(ampersand + 1);
  }
}

// Parts a value at any of the separators.
template <class Use>
std::optional<std::string> for_each_token(std::string_view value, std::string_view separators, Use&& use) {
  for (;;) {
    const std::size_t end = separators.empty() ? std::string_view::npos : value.find_first_of(separators);
    if (auto why = use(value.substr(0, end))) return why;
    if (end == std::string_view::npos) return std::nullopt;
    value.remove_prefix(end + 1);
  }
}

bool is_positional(const Operation& operation, const std::string& parameter) {
  return std::any_of(operation.answer.begin(), operation.answer.end(),
                     [&](const AnswerPlace& place) { return place.rule == AnswerRule::kPositional && place.parameter == parameter; });
}

// With a delimiter of the caller's choice, a token may be one name or several. Where it is one that the catalog knows, it
// counts as that; otherwise as its parts.
std::optional<std::string> note_token(const Catalog& catalog, const ParameterPlace& place, std::string_view token,
                                      std::string_view delimiter, bool positional, Asked& asked) {
  const auto note = [&](std::string_view name) -> std::optional<std::string> {
    if (place.subject == Subject::kAttribute || !place.separators.empty()) name = trimmed(name);
    if (name.empty() && !place.separators.empty()) return std::nullopt;
    if (positional) {
      if (const auto index = catalog.attribute_index(name)) asked.positional.push_back(*index);
    }
    return note_value(catalog, place.subject, place.everything, name, asked);
  };
  const bool known = place.subject == Subject::kAttribute && catalog.attribute_index(trimmed(token)).has_value();
  return delimiter.empty() || known ? note(token) : for_each_token(token, delimiter, note);
}

}  // namespace

std::optional<std::string> read_query(const Catalog& catalog, const Operation& operation, std::string_view query, Asked& asked) {
  if (operation.query.empty()) return std::nullopt;
  std::vector<Parameter> parameters;
  if (auto why = take_apart(query, parameters)) return why;
  for (const ParameterPlace& place : operation.query) {
    std::string delimiter;
    for (const Parameter& parameter : parameters) {
      if (!place.delimiter_parameter.empty() && same_parameter_name(catalog, parameter.name, place.delimiter_parameter)) delimiter += parameter.value;
    }
    const bool positional = is_positional(operation, place.name);
    bool present = false;
    for (const Parameter& parameter : parameters) {
      if (!same_parameter_name(catalog, parameter.name, place.name) || trimmed(parameter.value).empty()) continue;
      present = true;
      auto why = for_each_token(parameter.value, place.separators, [&](std::string_view token) {
        return note_token(catalog, place, token, delimiter, positional, asked);
      });
      if (why) return why;
    }
    if (!present) note_absent(place.subject, place.when_absent, asked);
  }
  return std::nullopt;
}

std::optional<std::string> read_path_values(const Catalog& catalog, const Operation& operation,
                                            const std::vector<PathValue>& values, Asked& asked) {
  for (const ParameterPlace& place : operation.path_parameters) {
    for (const PathValue& value : values) {
      if (value.name != place.name) continue;
      const auto decoded = percent_decode(value.value, false);
      if (!decoded) return "The path has a percent sign that is not followed by two hex digits; write %25 for the sign itself.";
      auto why = for_each_token(*decoded, place.separators,
                                [&](std::string_view token) { return note_value(catalog, place.subject, place.everything, token, asked); });
      if (why) return why;
    }
  }
  return std::nullopt;
}

}  // namespace latchkey::catalog
