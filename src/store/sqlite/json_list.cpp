#include "store/sqlite/json_list.h"

#include <simdjson.h>

#include "base/json_text.h"

namespace latchkey::store::sqlite {
namespace {

namespace dom = simdjson::dom;

const std::string& as_text(const std::string& value) { return value; }
std::string as_text(const IpRange& range) { return range.to_string(); }

bool from_text(std::string_view text, std::string& value) {
  value = text;
  return true;
}
bool from_text(std::string_view text, IpRange& range) {
  auto parsed = IpRange::parse(text);
  if (!parsed) return false;
  range = *parsed;
  return true;
}

template <class T>
void append_list(std::string& out, const std::vector<T>& list) {
  char before = '[';
  for (const T& value : list) {
    out += before;
    append_json_string(out, as_text(value));
    before = ',';
  }
  out += ']';
}

template <class T>
std::optional<std::string> list_to_json(const std::vector<T>& list) {
  if (list.empty()) return std::nullopt;
  std::string out;
  append_list(out, list);
  return out;
}

template <class T>
bool read_list(dom::element json, std::vector<T>& list) {
  list.clear();
  dom::array array;
  if (json.get(array) != simdjson::SUCCESS) return false;
  for (const dom::element element : array) {
    std::string_view text;
    if (element.get(text) != simdjson::SUCCESS || !from_text(text, list.emplace_back())) return false;
  }
  return true;
}

// A parser keeps its buffers; making one for each of millions of rows would cost more than parsing.
bool parse(std::string_view json, dom::element& root) {
  thread_local dom::parser parser;
  return parser.parse(json.data(), json.size()).get(root) == simdjson::SUCCESS;
}

template <class T>
bool list_from_json(std::string_view json, std::vector<T>& list) {
  dom::element root;
  return parse(json, root) && read_list(root, list);
}

}  // namespace

std::optional<std::string> to_json(const std::vector<std::string>& list) { return list_to_json(list); }
std::optional<std::string> to_json(const std::vector<IpRange>& list) { return list_to_json(list); }

std::optional<std::string> to_json(const Restrictions& restrictions) {
  std::string out;
  const auto member = [&](std::string_view name, const auto& list) {
    if (list.empty()) return;
    out += out.empty() ? "{\"" : ",\"";
    out += name;
    out += "\":";
    append_list(out, list);
  };
  member("operations", restrictions.operations);
  member("channels", restrictions.channels);
  member("attributes", restrictions.attributes);
  member("ip_ranges", restrictions.ip_ranges);
  if (out.empty()) return std::nullopt;
  out += '}';
  return out;
}

bool from_json(std::string_view json, std::vector<std::string>& list) { return list_from_json(json, list); }
bool from_json(std::string_view json, std::vector<IpRange>& list) { return list_from_json(json, list); }

bool from_json(std::string_view json, Restrictions& restrictions) {
  restrictions = {};
  dom::element root;
  dom::object object;
  if (!parse(json, root) || root.get(object) != simdjson::SUCCESS) return false;
  for (const dom::key_value_pair member : object) {
    bool sound = false;
    if (member.key == "operations") sound = read_list(member.value, restrictions.operations);
    if (member.key == "channels") sound = read_list(member.value, restrictions.channels);
    if (member.key == "attributes") sound = read_list(member.value, restrictions.attributes);
    if (member.key == "ip_ranges") sound = read_list(member.value, restrictions.ip_ranges);
    // A member we don't know may be a restriction; leaving it out would widen the key.
    if (!sound) return false;
  }
  return true;
}

}  // namespace latchkey::store::sqlite
