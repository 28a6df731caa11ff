#include "cli/paging.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t kPage = 200;  // the most that the API answers at once

}  // namespace

Attempt<nlohmann::json> get_list(const Client& client, const std::string& path, std::size_t limit) {
  const char separator = path.find('?') == std::string::npos ? '?' : '&';
  nlohmann::json all;
  std::string cursor;
  do {
    const std::size_t have = all.is_null() ? 0 : all["data"].size();
    const std::size_t want = limit == 0 ? kPage : std::min(kPage, limit - have);
    std::string target = fmt::format("{}{}limit={}", path, separator, want);
    if (!cursor.empty()) target += "&cursor=" + percent_encoded(cursor);
    const auto text = client.get(target);
    if (!text) return std::unexpected(text.error());
    auto page = nlohmann::json::parse(*text);
    cursor = page.at("next_cursor").is_null() ? std::string() : page.at("next_cursor").get<std::string>();
    if (all.is_null()) {
      all = std::move(page);
    } else {
      for (auto& entry : page.at("data")) all["data"].push_back(std::move(entry));
      all["next_cursor"] = page["next_cursor"];
    }
  } while (!cursor.empty() && (limit == 0 || all["data"].size() < limit));
  return all;
}

}  // namespace latchkey::cli
