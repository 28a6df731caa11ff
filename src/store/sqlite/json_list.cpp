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

bool read_text(dom::element json, std::string& out) {
  std::string_view text;
  if (json.get(text) != simdjson::SUCCESS) return false;
  out = text;
  return true;
}

bool read_member(const dom::key_value_pair& member, OwnRateLimit& limit) {
  if (member.key == "name") return read_text(member.value, limit.name);
  if (member.key == "requests") return member.value.get(limit.requests) == simdjson::SUCCESS;
  if (member.key == "window_seconds") return member.value.get(limit.window_seconds) == simdjson::SUCCESS;
  if (member.key == "rate_class") return read_text(member.value, limit.rate_class.emplace());
  return false;
}

bool read_member(const dom::key_value_pair& member, Quota& quota) {
  if (member.key == "name") return read_text(member.value, quota.name);
  if (member.key == "requests") return member.value.get(quota.requests) == simdjson::SUCCESS;
  std::string text;
  if (member.key != "period" || !read_text(member.value, text)) return false;
  const auto period = parse_period(text);
  quota.period = period.value_or(Period::kDay);
  return period.has_value();
}

template <class T>
bool read_objects(dom::element json, std::vector<T>& list) {
  dom::array array;
  if (json.get(array) != simdjson::SUCCESS) return false;
  for (const dom::element element : array) {
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) return false;
    T& value = list.emplace_back();
    for (const dom::key_value_pair member : object) {
      if (!read_member(member, value)) return false;
    }
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

std::optional<std::string> to_json(const OwnLimits& limits) {
  if (limits.empty()) return std::nullopt;
  std::string out = "{\"rate_limits\":[";
  for (const OwnRateLimit& limit : limits.rate_limits) {
    out += out.back() == '[' ? "{\"name\":" : ",{\"name\":";
    append_json_string(out, limit.name);
    out += fmt::format(",\"requests\":{},\"window_seconds\":{}", limit.requests, limit.window_seconds);
    if (limit.rate_class) append_json_string(out += ",\"rate_class\":", *limit.rate_class);
    out += '}';
  }
  out += "],\"quotas\":[";
  for (const Quota& quota : limits.quotas) {
    out += out.back() == '[' ? "{\"name\":" : ",{\"name\":";
    append_json_string(out, quota.name);
    out += fmt::format(",\"period\":\"{}\",\"requests\":{}}}", to_string(quota.period), quota.requests);
  }
  return out + "]}";
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

bool from_json(std::string_view json, OwnLimits& limits) {
  limits = {};
  dom::element root;
  dom::object object;
  if (!parse(json, root) || root.get(object) != simdjson::SUCCESS) return false;
  for (const dom::key_value_pair member : object) {
    bool sound = false;
    if (member.key == "rate_limits") sound = read_objects(member.value, limits.rate_limits);
    if (member.key == "quotas") sound = read_objects(member.value, limits.quotas);
    // Leaving out what we don't know would widen the key.
    if (!sound) return false;
  }
  return true;
}

}  // namespace latchkey::store::sqlite
