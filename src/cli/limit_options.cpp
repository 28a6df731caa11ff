#include "cli/limit_options.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/command_line.h"
#include "cli/output.h"

namespace latchkey::cli {
namespace {

using nlohmann::json;

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// Cuts off what follows the last `mark`; nothing if there is none.
std::optional<std::string> take_after(std::string& text, char mark) {
  const std::size_t at = text.rfind(mark);
  if (at == std::string::npos) return std::nullopt;
  std::string rest = text.substr(at + 1);
  text.resize(at);
  return rest;
}

std::optional<json> read_rate_limit(std::string text) {
  const auto rate_class = take_after(text, '@');
  const auto seconds = take_after(text, '/');
  const auto requests = take_after(text, '=');
  const auto count = requests ? whole_number(*requests) : std::nullopt;
  const auto window = seconds ? whole_number(*seconds) : std::nullopt;
  if (text.empty() || !count || (seconds && !window) || (rate_class && rate_class->empty())) return std::nullopt;
  json out = {{"name", text}, {"requests", *count}};
  if (window) out["window_seconds"] = *window;
  if (rate_class) out["rate_class"] = *rate_class;
  return out;
}

std::optional<json> read_quota(std::string text) {
  const auto requests = take_after(text, '=');
  const auto count = requests ? whole_number(*requests) : std::nullopt;
  if (!count || (text != "day" && text != "month")) return std::nullopt;
  return json{{"name", text == "day" ? "daily" : "monthly"}, {"period", text}, {"requests", *count}};
}

}  // namespace

void add_limit_options(Command& command, LimitOptions& options) {
  command.add_option(
      "--rate-limit", options.rate_limits,
      "NAME=REQUESTS/SECONDS: so many in any so many seconds; may be repeated. NAME=REQUESTS changes the catalog's "
      "limit of that name for a key; @CLASS at the end counts the requests of that rate class");
  command.add_option("--quota", options.quotas,
                     "day=REQUESTS or month=REQUESTS, of the calendar in UTC; may be repeated");
}

Attempt<json> limits_of(const LimitOptions& options) {
  json out = {{"rate_limits", json::array()}, {"quotas", json::array()}};
  for (const std::string& text : options.rate_limits) {
    auto limit = read_rate_limit(text);
    if (!limit)
      return usage(fmt::format("--rate-limit {}: write NAME=REQUESTS/SECONDS, such as hourly=1000/3600.",
                               printable(text)));
    out["rate_limits"].push_back(std::move(*limit));
  }
  for (const std::string& text : options.quotas) {
    auto quota = read_quota(text);
    if (!quota)
      return usage(fmt::format("--quota {}: write day=REQUESTS or month=REQUESTS, such as day=1000.", printable(text)));
    out["quotas"].push_back(std::move(*quota));
  }
  return out;
}

std::string limits_in_short(const json& limits) {
  std::string out;
  const auto add = [&](std::string text) { out += (out.empty() ? "" : ", ") + std::move(text); };
  for (const json& limit : limits.at("rate_limits")) {
    const json& rate_class = limit.at("rate_class");
    add(fmt::format("{} requests in {} s ({}{})", limit.at("requests").get<std::int64_t>(),
                    limit.at("window_seconds").get<std::int64_t>(), printable(limit.at("name").get<std::string>()),
                    rate_class.is_null() ? "" : ", rate class " + printable(rate_class.get<std::string>())));
  }
  for (const json& quota : limits.at("quotas")) {
    add(fmt::format("{} requests a {} ({})", quota.at("requests").get<std::int64_t>(),
                    printable(quota.at("period").get<std::string>()), printable(quota.at("name").get<std::string>())));
  }
  return out.empty() ? "as the catalog says" : out;
}

}  // namespace latchkey::cli
