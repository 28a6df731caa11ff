#include <simdjson.h>

#include "catalog/place_values.h"
#include "catalog/read_request.h"

namespace latchkey::catalog {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t kMaxDepth = 64;

BodyProblem unreadable(std::string detail) { return {400, std::move(detail)}; }

// "application/json" or "*+json", in UTF-8.
bool is_json_type(std::string_view content_type) {
  const std::string folded = fold_ascii(content_type);
  const std::size_t semicolon = folded.find(';');
  std::string type = folded.substr(0, semicolon);
  while (type.ends_with(' ')) type.pop_back();
  if (type != "application/json" && !(type.size() > 5 && type.ends_with("+json"))) return false;
  if (semicolon == std::string::npos) return true;
  std::string parameters;
  for (const char c : folded.substr(semicolon + 1)) {
    if (c != ' ' && c != '"' && c != '\t') parameters += c;
  }
  return parameters.find("charset=") == std::string::npos || parameters == "charset=utf-8";
}

class Reader {
 public:
  Reader(const Catalog& catalog, const BodyPlace& place, Asked& asked) : catalog_(catalog), place_(place), asked_(asked) {}

  std::optional<BodyProblem> read(const element& value, std::size_t step) {
    if (step == place_.path.size()) return read_value(value);
    return place_.path[step].each() ? read_each(value, step) : read_member(value, step);
  }

 private:
  std::optional<BodyProblem> read_each(const element& value, std::size_t step) {
    simdjson::dom::array array;
    if (value.get(array) != simdjson::SUCCESS) return unreadable(fmt::format("The body must have a list {}.", where(step)));
    for (const element& item : array) {
      if (auto problem = read(item, step + 1)) return problem;
    }
    return std::nullopt;
  }

  std::optional<BodyProblem> read_member(const element& value, std::size_t step) {
    simdjson::dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return unreadable(fmt::format("The body must have an object {}.", where(step)));
    bool found = false;
    element member;
    for (const auto& field : object) {
      if (!same_parameter_name(catalog_, field.key, place_.path[step].member)) continue;
      if (found) return unreadable(fmt::format("The body names {} twice in one object; name it once.", place_.path[step].member));
      found = true;
      member = field.value;
    }
    if (found && !member.is_null()) return read(member, step + 1);
    note_absent(place_.subject, place_.when_absent, asked_);
    return std::nullopt;
  }

  std::optional<BodyProblem> read_value(const element& value) {
    std::string text;
    switch (value.type()) {
      case element_type::STRING: text = std::string_view(value); break;
      case element_type::INT64: text = std::to_string(std::int64_t(value)); break;
      case element_type::UINT64: text = std::to_string(std::uint64_t(value)); break;
      case element_type::NULL_VALUE: note_absent(place_.subject, place_.when_absent, asked_); return std::nullopt;
      case element_type::DOUBLE:
      case element_type::BOOL:
      case element_type::ARRAY:
      case element_type::OBJECT:
        return unreadable(fmt::format("The body has something other than a text or a whole number as {}.", place_.path.empty() ? "its value" : name()));
    }
    if (auto why = note_value(catalog_, place_.subject, place_.everything, text, asked_)) return unreadable(std::move(*why));
    return std::nullopt;
  }

  std::string name() const {
    for (auto step = place_.path.rbegin(); step != place_.path.rend(); ++step) {
      if (!step->each()) return step->member;
    }
    return "an element";
  }
  std::string where(std::size_t step) const { return step == 0 ? "at its top" : "where the API describes one, around " + name(); }

  const Catalog& catalog_;
  const BodyPlace& place_;
  Asked& asked_;
};

}  // namespace

std::optional<BodyProblem> read_body(const Catalog& catalog, const Operation& operation, std::string_view content_type,
                                     std::string_view body, Asked& asked) {
  if (body.empty()) {
    for (const BodyPlace& place : operation.body) note_absent(place.subject, place.when_absent, asked);
    return std::nullopt;
  }
  if (!is_json_type(content_type)) {
    return BodyProblem{415, "The body must be JSON in UTF-8, because this API key's restrictions depend on it; send Content-Type: application/json."};
  }
  if (body.starts_with("\xef\xbb\xbf")) return unreadable("The body begins with a byte order mark; leave it out.");
  simdjson::dom::parser parser;
  if (parser.allocate(std::max<std::size_t>(body.size(), 64), kMaxDepth) != simdjson::SUCCESS) {
    return unreadable("The body is too large to be read.");
  }
  const simdjson::padded_string padded(body);
  element root;
  if (const auto error = parser.parse(padded).get(root); error != simdjson::SUCCESS) {
    return unreadable(fmt::format("The body is not valid JSON ({}); correct it and send it again.", simdjson::error_message(error)));
  }
  for (const BodyPlace& place : operation.body) {
    if (auto problem = Reader(catalog, place, asked).read(root, 0)) return problem;
  }
  return std::nullopt;
}

}  // namespace latchkey::catalog
