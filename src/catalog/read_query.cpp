#include "catalog/place_values.h"
#include "catalog/query_parameters.h"
#include "catalog/read_request.h"
#include "catalog/spelling.h"

namespace latchkey::catalog {
namespace {

using Parameters = QueryParameters;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

std::string hidden_name(std::string_view place) {
  return fmt::format("The query has a parameter whose name some servers would take for {}; leave it out.", place);
}

NameMatch match_of(const Catalog& catalog, const Parameters& parameters, const QueryParameter& parameter,
                   std::string_view place) {
  if (!parameters.names_are_plain()) return match_parameter(catalog, parameter.name, place);
  return same_parameter_name(catalog, parameter.name, place) ? NameMatch::kSame : NameMatch::kOther;
}

// Notes every value that `text` holds, parted at any of `separators`. `any` becomes true if there is one.
template <class Note>
std::optional<std::string> for_each_value(std::string_view text, std::string_view separators, bool& any, Note&& note) {
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end =
        separators.empty() ? text.size() : std::min(text.find_first_of(separators, at), text.size());
    std::string_view value = text.substr(at, end - at);
    at = end + 1;
    if (trimmed(value).empty()) continue;
    any = true;
    if (!separators.empty()) value = trimmed(value);
    if (auto why = note(value)) return why;
  }
  return std::nullopt;
}

// The separators that the caller chose. Only punctuation that stands in no attribute's name: otherwise one and the same
// value would be a name to us and several to the upstream.
std::optional<std::string> chosen_separators(const Catalog& catalog, const Parameters& parameters,
                                             const std::string& name, std::string& separators) {
  static constexpr std::string_view kUsable = ";,|:/~^*!.-_#$";
  for (const QueryParameter& parameter : parameters) {
    const NameMatch match = match_of(catalog, parameters, parameter, name);
    if (match == NameMatch::kHidden) return hidden_name(name);
    if (match == NameMatch::kOther) continue;
    for (const char c : trimmed(parameter.value)) {
      const bool in_a_name =
          std::any_of(catalog.attributes().begin(), catalog.attributes().end(),
                      [&](const Attribute& attribute) { return attribute.name.find(c) != std::string::npos; });
      if (kUsable.find(c) == std::string_view::npos || in_a_name) {
        return fmt::format("{} must be a punctuation mark that is part of no attribute's name, such as ';'.", name);
      }
      separators += c;
    }
  }
  return std::nullopt;
}

// For a value that some servers read and others do not: it counts, and what the answer holds is not bound by it.
void note_uncertain(const Operation& operation, Subject subject, Asked& asked) {
  if (operation.answer_filters(subject)) note_absent(subject, WhenAbsent::kEverything, asked);
}

bool is_positional(const Catalog& catalog, const Operation& operation, std::string_view parameter) {
  return std::any_of(operation.answer.begin(), operation.answer.end(), [&](const AnswerPlace& place) {
    return place.rule == AnswerRule::kPositional && same_parameter_name(catalog, place.parameter, parameter);
  });
}

// Reads one place from all parameters. A parameter of its very name counts as given; a name that only some servers take
// for it adds what it says, and does not count. Of several, some servers take the first and some the last, so that one
// without a value may be the one that is read.
std::optional<std::string> read_place(const Catalog& catalog, const Operation& operation, const ParameterPlace& place,
                                      const Parameters& parameters, Asked& asked) {
  std::string separators = place.separators;
  if (!place.delimiter_parameter.empty()) {
    if (auto why = chosen_separators(catalog, parameters, place.delimiter_parameter, separators)) return why;
  }
  const bool positional = is_positional(catalog, operation, place.name);
  const auto note = [&](std::string_view value) {
    if (positional) {
      if (const auto index = catalog.attribute_index(value)) asked.positional.push_back(*index);
    }
    return note_value(catalog, place.subject, place.everything, value, asked);
  };
  for (const std::string& name : parameters.names_after_semicolons()) {
    if (match_parameter(catalog, name, place.name) != NameMatch::kOther) return hidden_name(place.name);
  }
  bool given = false;
  for (const QueryParameter& parameter : parameters) {
    const NameMatch match = match_of(catalog, parameters, parameter, place.name);
    if (match == NameMatch::kOther) continue;
    if (match == NameMatch::kHidden) return hidden_name(place.name);
    bool any = false;
    if (auto why = for_each_value(parameter.value, separators, any, note)) return why;
    given |= match == NameMatch::kSame;
    if (match == NameMatch::kSame && any) continue;
    note_uncertain(operation, place.subject, asked);
    if (match == NameMatch::kSame) note_absent(place.subject, place.when_absent, asked);
  }
  if (!given) note_absent(place.subject, place.when_absent, asked);
  return std::nullopt;
}

// Some servers merge the query into what they read from the body, so a parameter named like a place of the body counts too.
std::optional<std::string> read_for_body(const Catalog& catalog, const Operation& operation, const BodyPlace& place,
                                         const Parameters& parameters, Asked& asked) {
  const auto last = std::find_if(place.path.rbegin(), place.path.rend(), [](const Step& step) { return !step.each(); });
  if (last == place.path.rend()) return std::nullopt;
  for (const QueryParameter& parameter : parameters) {
    const NameMatch match = match_of(catalog, parameters, parameter, last->member);
    if (match == NameMatch::kOther) continue;
    if (match == NameMatch::kHidden) return hidden_name(last->member);
    note_uncertain(operation, place.subject, asked);
    bool any = false;
    auto why = for_each_value(parameter.value, {}, any, [&](std::string_view value) {
      return note_value(catalog, place.subject, place.everything, value, asked);
    });
    if (why) return why;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> read_query(const Catalog& catalog, const Operation& operation, std::string_view query,
                                      Asked& asked) {
  if (operation.query.empty() && operation.body.empty()) return std::nullopt;
  Parameters parameters;
  if (auto why = parameters.take_apart(query)) return why;
  for (const ParameterPlace& place : operation.query) {
    if (auto why = read_place(catalog, operation, place, parameters, asked)) return why;
  }
  for (const BodyPlace& place : operation.body) {
    if (auto why = read_for_body(catalog, operation, place, parameters, asked)) return why;
  }
  return std::nullopt;
}

std::optional<std::string> read_path_values(const Catalog& catalog, const Operation& operation,
                                            const std::vector<PathValue>& values, Asked& asked) {
  for (const ParameterPlace& place : operation.path_parameters) {
    bool any = false;
    for (const PathValue& value : values) {
      if (value.name != place.name) continue;
      const auto decoded = percent_decode(value.value, false);
      if (!decoded)
        return "The path has a percent sign that is not followed by two hex digits; write %25 for the sign itself.";
      auto why = for_each_value(*decoded, place.separators, any, [&](std::string_view one) {
        return note_value(catalog, place.subject, place.everything, one, asked);
      });
      if (why) return why;
    }
    if (!any) note_absent(place.subject, place.when_absent, asked);
  }
  return std::nullopt;
}

}  // namespace latchkey::catalog
