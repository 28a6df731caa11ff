#include "guard/verify_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "catalog/json_reader.h"

namespace latchkey::guard {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxKeyBytes = 512;
constexpr std::size_t kMaxMethodBytes = 16;
constexpr std::size_t kMaxUserAgentBytes = 4'096;
constexpr std::uint32_t kMaxCost = 1'000'000;

json channel_json(const catalog::Catalog& catalog, const std::string& id) {
  const auto index = catalog.channel_index(id);
  // Numeric channels are canonical decimals of at most 18 digits, so this parse cannot fail.
  if (index && catalog.channels()[*index].numeric) return json::parse(id);
  return id;
}

enum Field : std::size_t { kKey, kMethod, kUrl, kBody, kContentType, kClientAddress, kUserAgent, kCanFilterAnswer, kCost, kFieldCount };
constexpr std::array<std::string_view, kFieldCount> kFieldNames = {"key",        "method",            "url", "body", "content_type", "client_address",
                                                                   "user_agent", "can_filter_answer", "cost"};

// The values of the fields as they stand in the text; empty: absent. Of a field that is there twice, the last.
using Literals = std::array<std::string_view, kFieldCount>;

// False if it is no JSON object. Fields that there are not are mistakes.
bool read_fields(std::string_view text, Literals& literals, VerifyMistakes& mistakes) {
  if (!catalog::is_utf8(text)) return false;
  catalog::JsonReader reader(text, catalog::Surrogates::kPaired);
  if (reader.kind() != catalog::JsonReader::Kind::kObject) return false;
  std::string storage;
  const auto read_value = [&](std::string_view name_literal, std::size_t) {
    const std::string_view name = catalog::unescape(name_literal, storage);
    const auto at = std::ranges::find(kFieldNames, name);
    if (at == kFieldNames.end()) mistakes.fields.push_back({"/" + std::string(name), "There is no such field; leave it out."});
    reader.kind();  // to where the value begins
    const std::size_t begin = reader.position();
    if (!reader.skip()) return false;
    if (at != kFieldNames.end()) literals[static_cast<std::size_t>(at - kFieldNames.begin())] = text.substr(begin, reader.position() - begin);
    return true;
  };
  return reader.object(read_value) && reader.at_end();
}

// Takes over one text field, or notes what is wrong with it. False if it is absent.
bool take_text(const Literals& literals, Field field, std::size_t max_bytes, std::string& out, VerifyMistakes& mistakes) {
  const std::string_view literal = literals[field];
  if (literal.empty() || literal == "null") return false;
  const auto pointer = [field] { return "/" + std::string(kFieldNames[field]); };
  if (literal.front() != '"') {
    mistakes.fields.push_back({pointer(), "This must be a string."});
    return false;
  }
  std::string storage;
  out = catalog::unescape(literal, storage);
  if (field == kKey) wipe(storage);
  if (out.size() > max_bytes) mistakes.fields.push_back({pointer(), fmt::format("This can be at most {} bytes long.", max_bytes)});
  return true;
}

void take_cost(std::string_view literal, VerifyInput& input, VerifyMistakes& mistakes) {
  if (literal.empty()) return;
  std::uint32_t cost = 0;
  const auto [end, error] = std::from_chars(literal.data(), literal.data() + literal.size(), cost);
  if (error == std::errc() && end == literal.data() + literal.size() && cost <= kMaxCost) {
    input.cost = cost;
  } else {
    mistakes.fields.push_back({"/cost", fmt::format("This must be a whole number from 0 to {}.", kMaxCost)});
  }
}

void take_can_filter_answer(std::string_view literal, VerifyInput& input, VerifyMistakes& mistakes) {
  if (literal.empty()) return;
  input.can_filter_answer = literal == "true";
  if (literal != "true" && literal != "false") mistakes.fields.push_back({"/can_filter_answer", "This must be true or false."});
}

}  // namespace

std::optional<VerifyMistakes> read_verify_input(std::string_view text, VerifyInput& input) {
  VerifyMistakes mistakes;
  Literals literals;
  if (!read_fields(text, literals, mistakes)) return VerifyMistakes{true, {}};
  std::string key, address, body;
  if (!take_text(literals, kKey, kMaxKeyBytes, key, mistakes) && mistakes.fields.empty()) {
    mistakes.fields.push_back({"/key", "Give the key that the caller sent."});
  }
  input.key = Secret(std::move(key));
  take_text(literals, kMethod, kMaxMethodBytes, input.method, mistakes);
  take_text(literals, kUrl, 16 * 1024, input.url, mistakes);
  take_text(literals, kContentType, 256, input.content_type, mistakes);
  if (take_text(literals, kBody, text.size(), body, mistakes)) input.body = std::move(body);
  take_text(literals, kUserAgent, kMaxUserAgentBytes, input.user_agent, mistakes);
  if (take_text(literals, kClientAddress, 64, address, mistakes)) {
    if (const auto parsed = IpAddress::parse(address)) {
      input.client = *parsed;
    } else {
      mistakes.fields.push_back({"/client_address", "This is not an IP address; write it without a port, such as 203.0.113.9."});
    }
  }
  take_can_filter_answer(literals[kCanFilterAnswer], input, mistakes);
  take_cost(literals[kCost], input, mistakes);
  if (input.method.empty() != input.url.empty()) {
    mistakes.fields.push_back({input.method.empty() ? "/method" : "/url", "Give both method and url, or neither to judge the key alone."});
  }
  if (mistakes.fields.empty()) return std::nullopt;
  return mistakes;
}

namespace {

json own_limits_json(const OwnLimits& limits) {
  json rate_limits = json::array(), quotas = json::array();
  for (const OwnRateLimit& limit : limits.rate_limits) {
    rate_limits.push_back({{"name", limit.name},
                           {"requests", limit.requests},
                           {"window_seconds", limit.window_seconds},
                           {"rate_class", limit.rate_class ? json(*limit.rate_class) : json(nullptr)}});
  }
  for (const Quota& quota : limits.quotas) {
    quotas.push_back({{"name", quota.name}, {"period", to_string(quota.period)}, {"requests", quota.requests}});
  }
  return {{"rate_limits", rate_limits}, {"quotas", quotas}};
}

}  // namespace

std::string mistakes_json(const VerifyMistakes& mistakes, std::string_view request_id) {
  json out = {{"type", mistakes.not_json ? "urn:latchkey:problem:invalid_json" : "urn:latchkey:problem:invalid_fields"},
              {"title", mistakes.not_json ? "The body is not a JSON object" : "Some fields are wrong"},
              {"status", mistakes.not_json ? 400 : 422},
              {"detail", mistakes.not_json ? "Send a JSON object such as {\"key\":\"...\",\"method\":\"GET\",\"url\":\"/path\"}."
                                           : "Correct the fields listed in `errors` and send the request again."},
              {"code", mistakes.not_json ? "invalid_json" : "invalid_fields"},
              {"request_id", request_id}};
  for (const InputMistake& mistake : mistakes.fields) {
    out["errors"].push_back({{"pointer", mistake.pointer}, {"detail", mistake.detail}});
  }
  return out.dump(-1, ' ', true, json::error_handler_t::replace);
}

std::string own_key_json(const catalog::Catalog& catalog, const ApiKey& key, Instant now) {
  json channels = json::array(), ranges = json::array();
  for (const auto& id : key.restrictions.channels) channels.push_back(channel_json(catalog, id));
  for (const IpRange& range : key.restrictions.ip_ranges) ranges.push_back(range.to_string());
  const json out = {{"id", key.id.to_string()},
                    {"tenant_id", key.tenant.to_string()},
                    {"nickname", key.nickname},
                    {"access_type", key.access_type},
                    {"restrictions",
                     {{"operations", key.restrictions.operations},
                      {"channels", channels},
                      {"attributes", key.restrictions.attributes},
                      {"ip_ranges", ranges}}},
                    {"limits", own_limits_json(key.limits)},
                    {"status", to_string(key.status_at(now))},
                    {"hint", key.hint},
                    {"expires_at", key.expires_at ? json(format_rfc3339(*key.expires_at)) : json(nullptr)}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace latchkey::guard
