// Made-up customers, campaigns and rows: pure functions of an index, so that nothing is stored and every run agrees.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::sample {

inline constexpr int kCustomers = 4000;
inline constexpr int kCampaigns = 120;
inline constexpr int kDays = 80;
inline constexpr std::array<int, 6> kChannels = {502, 504, 505, 506, 510, 511};

std::string_view channel_name(int channel);
std::uint64_t mix(std::uint64_t value);    // spreads an index over all bits
std::uint64_t mix(std::string_view text);  // the same for a text
std::string customer_id(int index);        // "8D7F"
// Any id is some customer or campaign, so that examples from anywhere get an answer.
int customer_index(std::string_view id);
int campaign_id(int index);
int campaign_index(int id);
std::string day(int days_after_start);             // "2026-05-01", from 2026-03-01 on
std::vector<int> channels_of_campaign(int index);  // one to three

const std::vector<std::string_view>& attribute_names();
// As the catalog writes it; nothing if there is no such attribute in any case.
std::optional<std::string_view> attribute_name(std::string_view name_in_any_case);
// A customer's value of an attribute, as a JSON value. `name` as in attribute_names().
std::string attribute_json(int customer, std::string_view name);

}  // namespace latchkey::sample
