#include "sample_api/data.h"

#include <chrono>

namespace latchkey::sample {
namespace {

constexpr std::string_view kFirst[] = {"Ada", "Ben", "Chloe", "Dan", "Elif", "Farid", "Grace", "Hugo", "Ines", "Jonas", "Kira", "Liam", "Mei", "Noor", "Omar", "Pia"};
constexpr std::string_view kLast[] = {"Adler", "Baker", "Costa", "Dumont", "Evans", "Fischer", "Garcia", "Haddad", "Ito", "Jansen", "Kovac", "Lopez"};
constexpr std::string_view kCountries[] = {"UK", "UA", "US", "DE", "FR", "ES", "IL", "BR", "JP", "AU"};
constexpr std::string_view kCities[] = {"London", "Kyiv", "Boston", "Berlin", "Lyon", "Madrid", "Haifa", "Recife", "Osaka", "Perth"};
constexpr std::string_view kStages[] = {"New", "Active", "Loyal", "At risk", "Churned"};

template <std::size_t N>
std::string quoted(const std::string_view (&list)[N], std::uint64_t pick) {
  return fmt::format("\"{}\"", list[pick % N]);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

}  // namespace

// Finalizer of splitmix64.
std::uint64_t mix(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::string_view channel_name(int channel) {
  static constexpr std::string_view kNames[] = {"Call Center", "Email", "SMS", "Push", "Web Push", "In-Platform"};
  for (std::size_t i = 0; i < kChannels.size(); ++i) {
    if (kChannels[i] == channel) return kNames[i];
  }
  return "";
}

std::string customer_id(int index) { return fmt::format("{:X}", 0x8000 + index * 13); }

std::string day(int days_after_start) {
  using namespace std::chrono;
  const year_month_day date{sys_days{2026y / March / 1} + days{days_after_start}};
  return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

int campaign_id(int index) { return 100 + index; }

std::vector<int> channels_of_campaign(int index) {
  std::vector<int> out = {kChannels[static_cast<std::size_t>(index) % 6]};
  if (index % 2 == 0) out.push_back(kChannels[static_cast<std::size_t>(index + 1) % 6]);
  if (index % 5 == 0) out.push_back(kChannels[static_cast<std::size_t>(index + 3) % 6]);
  return out;
}

const std::vector<std::string>& attribute_names() {
  static const std::vector<std::string> names = {
      "Alias", "FirstName", "LastName", "Email", "Country", "City", "Language", "Gender", "DateOfBirth", "Age", "PhoneNumber",
      "RegistrationDate", "LastActivityDate", "LifecycleStage", "Microsegment", "Balance", "LifetimeValue", "AverageOrder", "TotalOrders",
      "PreferredChannel", "OptimailUnsubscribed", "SmsUnsubscribed", "PushEnabled", "VipLevel", "LastPurchaseDate", "AcquisitionSource"};
  return names;
}

std::optional<std::string> attribute_json(int customer, std::string_view lower_name) {
  const auto& names = attribute_names();
  std::size_t which = 0;
  while (which < names.size() && lower(names[which]) != lower_name) ++which;
  const std::uint64_t r = mix(static_cast<std::uint64_t>(customer) * 31 + which), person = mix(static_cast<std::uint64_t>(customer));
  const std::string_view first = kFirst[person % 16], last = kLast[person / 16 % 12];
  switch (which) {
    case 0: return fmt::format("\"{}{}\"", lower(first), 100 + r % 900);
    case 1: return fmt::format("\"{}\"", first);
    case 2: return fmt::format("\"{}\"", last);
    case 3: return fmt::format("\"{}.{}@mail.example\"", lower(first), lower(last));
    case 4: return quoted(kCountries, person / 200);
    case 5: return quoted(kCities, person / 200);
    case 6: return "\"en\"";
    case 7: return r % 2 ? "\"F\"" : "\"M\"";
    case 8: return fmt::format("\"19{:02}-{:02}-{:02}\"", 50 + r % 50, 1 + r / 50 % 12, 1 + r / 600 % 28);
    case 9: return fmt::format("{}", 20 + r % 60);
    case 10: return fmt::format("\"+1555{:07}\"", r % 10'000'000);
    case 11:
    case 12:
    case 24: return fmt::format("\"{}\"", day(static_cast<int>(r % 80)));
    case 13: return quoted(kStages, r);
    case 14: return fmt::format("{}", 1 + r % 40);
    case 15:
    case 16:
    case 17: return fmt::format("{}.{:02}", r % 5000, r / 5000 % 100);
    case 18: return fmt::format("{}", r % 90);
    case 19: return fmt::format("\"{}\"", channel_name(kChannels[r % 6]));
    case 20:
    case 21:
    case 22: return r % 4 == 0 ? "true" : "false";
    case 23: return fmt::format("{}", r % 5);
    case 25: return r % 2 ? "\"search\"" : "\"friend\"";
    default: return std::nullopt;
  }
}

}  // namespace latchkey::sample
