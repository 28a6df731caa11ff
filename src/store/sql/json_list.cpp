#include "store/sql/json_list.h"

#include <fmt/ranges.h>
#include <simdjson.h>

#include "base/json_text.h"

namespace latchkey::store::sql {
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

std::optional<std::string> to_json(const std::optional<Rotation>& rotation) {
  if (!rotation) return std::nullopt;
  std::string out = fmt::format(R"({{"started_at":{},"overlap_ms":{},"finish":"{}","delivering":{},"old_hint":)",
                                rotation->started_at.unix_ms, rotation->overlap_ms, to_string(rotation->finish),
                                rotation->delivering);
  append_json_string(out, rotation->old_hint);
  return out + "}";
}

std::optional<std::string> to_json(const HandOver& hand_over) {
  if (hand_over == HandOver()) return std::nullopt;
  std::string out = fmt::format(R"({{"kind":"{}","manager":)", to_string(hand_over.kind));
  append_json_string(out, hand_over.manager);
  append_json_string(out += ",\"path\":", hand_over.path);
  return out + "}";
}

std::optional<std::string> to_json(const KeyPolicy& policy) {
  const KeyPolicy standard;
  if (policy == standard) return std::nullopt;
  std::string out = "{";
  const auto member = [&](std::string_view name, const std::string& value) {
    out += fmt::format("{}\"{}\":{}", out.size() == 1 ? "" : ",", name, value);
  };
  if (policy.max_secret_age_days) member("max_secret_age_days", std::to_string(*policy.max_secret_age_days));
  if (policy.max_lifetime_days) member("max_lifetime_days", std::to_string(*policy.max_lifetime_days));
  if (policy.reminder_days != standard.reminder_days) {
    member("reminder_days", fmt::format("[{}]", fmt::join(policy.reminder_days, ",")));
  }
  if (policy.on_due != standard.on_due) member("on_due", fmt::format("\"{}\"", to_string(policy.on_due)));
  if (policy.overlap_ms != standard.overlap_ms) member("overlap_ms", std::to_string(policy.overlap_ms));
  if (policy.on_exposure != standard.on_exposure) {
    member("on_exposure", fmt::format("\"{}\"", to_string(policy.on_exposure)));
  }
  if (policy.exposure_overlap_ms != standard.exposure_overlap_ms) {
    member("exposure_overlap_ms", std::to_string(policy.exposure_overlap_ms));
  }
  return out + "}";
}

bool from_json(std::string_view json, std::optional<Rotation>& rotation) {
  dom::element root;
  std::string_view finish, old_hint;
  Rotation read;
  const bool sound = parse(json, root) && root["started_at"].get(read.started_at.unix_ms) == simdjson::SUCCESS &&
                     root["overlap_ms"].get(read.overlap_ms) == simdjson::SUCCESS &&
                     root["finish"].get(finish) == simdjson::SUCCESS &&
                     root["delivering"].get(read.delivering) == simdjson::SUCCESS &&
                     root["old_hint"].get(old_hint) == simdjson::SUCCESS;
  const auto known = parse_rotation_finish(finish);
  if (!sound || !known) return false;
  read.finish = *known;
  read.old_hint = old_hint;
  rotation = std::move(read);
  return true;
}

bool from_json(std::string_view json, HandOver& hand_over) {
  dom::element root;
  std::string_view kind, manager, path;
  const bool sound = parse(json, root) && root["kind"].get(kind) == simdjson::SUCCESS &&
                     root["manager"].get(manager) == simdjson::SUCCESS && root["path"].get(path) == simdjson::SUCCESS;
  const auto known = parse_hand_over_kind(kind);
  if (!sound || !known) return false;
  hand_over = {*known, std::string(manager), std::string(path)};
  return true;
}

bool from_json(std::string_view json, KeyPolicy& policy) {
  policy = {};
  dom::element root;
  dom::object object;
  if (!parse(json, root) || root.get(object) != simdjson::SUCCESS) return false;
  const auto number = [](dom::element value, auto& out) {
    std::int64_t read = 0;
    if (value.get(read) != simdjson::SUCCESS) return false;
    out = read;
    return true;
  };
  const auto choice = [](dom::element value, const auto& parse_one, auto& out) {
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) return false;
    const auto known = parse_one(text);
    out = known.value_or(out);
    return known.has_value();
  };
  const auto numbers = [&number](dom::element value, std::vector<std::int64_t>& out) {
    out.clear();
    dom::array array;
    if (value.get(array) != simdjson::SUCCESS) return false;
    for (const dom::element element : array) {
      if (!number(element, out.emplace_back())) return false;
    }
    return true;
  };
  for (const dom::key_value_pair member : object) {
    bool sound = false;
    if (member.key == "max_secret_age_days") sound = number(member.value, policy.max_secret_age_days);
    if (member.key == "max_lifetime_days") sound = number(member.value, policy.max_lifetime_days);
    if (member.key == "reminder_days") sound = numbers(member.value, policy.reminder_days);
    if (member.key == "on_due") sound = choice(member.value, parse_on_due, policy.on_due);
    if (member.key == "overlap_ms") sound = number(member.value, policy.overlap_ms);
    if (member.key == "on_exposure") sound = choice(member.value, parse_on_exposure, policy.on_exposure);
    if (member.key == "exposure_overlap_ms") sound = number(member.value, policy.exposure_overlap_ms);
    // Leaving out what we don't know would loosen the policy.
    if (!sound) return false;
  }
  return true;
}

}  // namespace latchkey::store::sql
