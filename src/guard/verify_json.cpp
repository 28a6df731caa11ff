#include "guard/verify_json.h"

#include <nlohmann/json.hpp>

namespace latchkey::guard {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxKeyBytes = 512;
constexpr std::size_t kMaxMethodBytes = 16;
constexpr std::size_t kMaxUserAgentBytes = 4'096;
constexpr std::uint64_t kMaxCost = 1'000'000;

json channel_json(const catalog::Catalog& catalog, const std::string& id) {
  const auto index = catalog.channel_index(id);
  // Numeric channels are canonical decimals of at most 18 digits, so this parse cannot fail.
  if (index && catalog.channels()[*index].numeric) return json::parse(id);
  return id;
}

// Reads one text field, or notes what is wrong with it. False if it is absent.
bool take_text(const json& document, const char* name, std::size_t max_bytes, std::string& out, VerifyMistakes& mistakes) {
  const auto at = document.find(name);
  if (at == document.end() || at->is_null()) return false;
  if (!at->is_string()) {
    mistakes.fields.push_back({std::string("/") + name, "This must be a string."});
    return false;
  }
  out = at->get<std::string>();
  if (out.size() > max_bytes) mistakes.fields.push_back({std::string("/") + name, fmt::format("This can be at most {} bytes long.", max_bytes)});
  return true;
}

}  // namespace

std::optional<VerifyMistakes> read_verify_input(std::string_view text, VerifyInput& input) {
  VerifyMistakes mistakes;
  json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object()) return VerifyMistakes{true, {}};
  static constexpr std::string_view kKnown[] = {"key", "method", "url", "body", "content_type", "client_address",
                                                "user_agent", "can_filter_answer", "cost"};
  for (const auto& [name, value] : document.items()) {
    if (std::find(std::begin(kKnown), std::end(kKnown), name) == std::end(kKnown)) {
      mistakes.fields.push_back({"/" + name, "There is no such field; leave it out."});
    }
  }
  std::string key, address, body;
  if (!take_text(document, "key", kMaxKeyBytes, key, mistakes) && mistakes.fields.empty()) {
    mistakes.fields.push_back({"/key", "Give the key that the caller sent."});
  }
  input.key = Secret(std::move(key));
  take_text(document, "method", kMaxMethodBytes, input.method, mistakes);
  take_text(document, "url", 16 * 1024, input.url, mistakes);
  take_text(document, "content_type", 256, input.content_type, mistakes);
  if (take_text(document, "body", text.size(), body, mistakes)) input.body = std::move(body);
  take_text(document, "user_agent", kMaxUserAgentBytes, input.user_agent, mistakes);
  if (take_text(document, "client_address", 64, address, mistakes)) {
    if (const auto parsed = IpAddress::parse(address)) {
      input.client = *parsed;
    } else {
      mistakes.fields.push_back({"/client_address", "This is not an IP address; write it without a port, such as 203.0.113.9."});
    }
  }
  if (const auto at = document.find("can_filter_answer"); at != document.end()) {
    if (at->is_boolean()) {
      input.can_filter_answer = at->get<bool>();
    } else {
      mistakes.fields.push_back({"/can_filter_answer", "This must be true or false."});
    }
  }
  if (const auto at = document.find("cost"); at != document.end()) {
    if (at->is_number_unsigned() && at->get<std::uint64_t>() <= kMaxCost) {
      input.cost = at->get<std::uint32_t>();
    } else {
      mistakes.fields.push_back({"/cost", fmt::format("This must be a whole number from 0 to {}.", kMaxCost)});
    }
  }
  if (input.method.empty() != input.url.empty()) {
    mistakes.fields.push_back({input.method.empty() ? "/method" : "/url", "Give both method and url, or neither to judge the key alone."});
  }
  // The document holds the key too.
  if (document.contains("key") && document["key"].is_string()) wipe(document["key"].get_ref<std::string&>());
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
