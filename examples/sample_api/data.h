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
inline constexpr int kExecutionRows = 24'000;
inline constexpr std::array<int, 6> kChannels = {502, 504, 505, 506, 510, 511};
std::string_view channel_name(int channel);

std::uint64_t mix(std::uint64_t value);                  // spreads an index over all bits
std::string customer_id(int index);                      // "8D871"
std::string day(int days_after_start);                   // "2026-05-01", from 2026-03-01 on
int campaign_id(int index);
std::vector<int> channels_of_campaign(int index);        // one to three
std::optional<std::string> attribute_json(int customer, std::string_view lower_name);  // as a JSON value; empty: no such attribute
const std::vector<std::string>& attribute_names();

}  // namespace latchkey::sample
