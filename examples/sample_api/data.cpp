#include "sample_api/data.h"

#include <chrono>

#include "catalog/catalog.h"

namespace latchkey::sample {
namespace {

constexpr std::string_view kFirst[] = {"Ada",  "Ben",   "Chloe", "Dan",  "Elif", "Farid", "Grace", "Hugo",
                                       "Ines", "Jonas", "Kira",  "Liam", "Mei",  "Noor",  "Omar",  "Pia"};
constexpr std::string_view kLast[] = {"Adler",  "Baker",  "Costa", "Dumont", "Evans", "Fischer",
                                      "Garcia", "Haddad", "Ito",   "Jansen", "Kovac", "Lopez"};
constexpr std::string_view kCountries[] = {"UK", "UA", "US", "DE", "FR", "ES", "IL", "BR", "JP", "AU"};
constexpr std::string_view kCities[] = {"London", "Kyiv",  "Boston", "Berlin", "Lyon",
                                        "Madrid", "Haifa", "Recife", "Osaka",  "Perth"};
constexpr std::string_view kLanguages[] = {"en", "uk", "en", "de", "fr", "es", "he", "pt", "ja", "en"};
constexpr std::string_view kStages[] = {"New", "Active", "Loyal", "At risk", "Churned"};
constexpr std::string_view kSources[] = {"Search", "Friend", "Newspaper", "Fair"};

std::string quoted(std::string_view text) { return fmt::format("\"{}\"", text); }

template <std::size_t N>
std::string one_of(const std::string_view (&list)[N], std::uint64_t pick) {
  return quoted(list[pick % N]);
}

std::string amount(std::uint64_t pick) { return fmt::format("{}.{:02}", pick % 5000, pick / 5000 % 100); }
std::string flag(std::uint64_t pick) { return pick % 4 == 0 ? "true" : "false"; }
std::string any_day(std::uint64_t pick) { return quoted(day(static_cast<int>(pick % kDays))); }

// One customer's picks: `person` decides what belongs together, `random` what stands alone.
struct Picks {
  std::uint64_t person, random;
  std::string_view first() const { return kFirst[person % std::size(kFirst)]; }
  std::string_view last() const { return kLast[person / 16 % std::size(kLast)]; }
  std::uint64_t place() const { return person / 200; }
};

struct Attribute {
  std::string_view name;
  std::string (*json)(const Picks&);
};

constexpr Attribute kAttributes[] = {
    {"Alias", [](const Picks& p) { return fmt::format("\"{}{}\"", p.first(), 100 + p.random % 900); }},
    {"FirstName", [](const Picks& p) { return quoted(p.first()); }},
    {"LastName", [](const Picks& p) { return quoted(p.last()); }},
    {"Email",
     [](const Picks& p) {
       return quoted(catalog::fold_ascii(fmt::format("{}.{}{}@mail.example", p.first(), p.last(), p.random % 100)));
     }},
    {"Country", [](const Picks& p) { return one_of(kCountries, p.place()); }},
    {"City", [](const Picks& p) { return one_of(kCities, p.place()); }},
    {"Language", [](const Picks& p) { return one_of(kLanguages, p.place()); }},
    {"Gender", [](const Picks& p) { return quoted(p.random % 2 ? "F" : "M"); }},
    {"DateOfBirth",
     [](const Picks& p) {
       return fmt::format("\"19{:02}-{:02}-{:02}\"", 50 + p.person % 50, 1 + p.random % 12, 1 + p.random / 12 % 28);
     }},
    {"Age", [](const Picks& p) { return fmt::format("{}", 76 - p.person % 50); }},
    {"PhoneNumber", [](const Picks& p) { return fmt::format("\"+1555{:07}\"", p.random % 10'000'000); }},
    {"RegistrationDate", [](const Picks& p) { return any_day(p.random % 40); }},
    {"LastActivityDate", [](const Picks& p) { return any_day(40 + p.random % 40); }},
    {"LifecycleStage", [](const Picks& p) { return one_of(kStages, p.random); }},
    {"Microsegment", [](const Picks& p) { return fmt::format("{}", 1 + p.random % 40); }},
    {"Balance", [](const Picks& p) { return amount(p.random); }},
    {"LifetimeValue", [](const Picks& p) { return amount(p.random); }},
    {"AverageOrder", [](const Picks& p) { return amount(p.random % 100'000); }},
    {"TotalOrders", [](const Picks& p) { return fmt::format("{}", p.random % 90); }},
    {"PreferredChannel", [](const Picks& p) { return quoted(channel_name(kChannels[p.random % kChannels.size()])); }},
    {"OptimailUnsubscribed", [](const Picks& p) { return flag(p.random); }},
    {"SmsUnsubscribed", [](const Picks& p) { return flag(p.random); }},
    {"PushEnabled", [](const Picks& p) { return flag(p.random); }},
    {"VipLevel", [](const Picks& p) { return fmt::format("{}", p.random % 5); }},
    {"LastPurchaseDate", [](const Picks& p) { return any_day(p.random); }},
    {"AcquisitionSource", [](const Picks& p) { return one_of(kSources, p.random); }},
};

}  // namespace

// Finalizer of splitmix64.
std::uint64_t mix(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

std::uint64_t mix(std::string_view text) {
  std::uint64_t out = text.size();
  for (const char c : text) out = mix(out ^ static_cast<unsigned char>(c));
  return out;
}

std::string_view channel_name(int channel) {
  static constexpr std::string_view kNames[] = {"Call Center", "Email", "SMS", "Push", "Web Push", "In-Platform"};
  for (std::size_t i = 0; i < kChannels.size(); ++i) {
    if (kChannels[i] == channel) return kNames[i];
  }
  return "Other";
}

std::string customer_id(int index) { return fmt::format("{:X}", 0x8000 + index * 13); }

int customer_index(std::string_view id) {
  for (int i = 0; i < kCustomers; ++i) {
    if (catalog::equal_ignoring_ascii_case(id, customer_id(i))) return i;
  }
  return static_cast<int>(mix(id) % kCustomers);
}

int campaign_id(int index) { return 100 + index; }

int campaign_index(int id) {
  const bool is_ours = id >= campaign_id(0) && id < campaign_id(kCampaigns);
  return is_ours ? id - campaign_id(0) : static_cast<int>(mix(static_cast<std::uint64_t>(id)) % kCampaigns);
}

std::string day(int days_after_start) {
  using namespace std::chrono;
  const year_month_day date{sys_days{2026y / March / 1} + days{days_after_start}};
  return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day()));
}

std::vector<int> channels_of_campaign(int index) {
  std::vector<int> out = {kChannels[static_cast<std::size_t>(index) % 6]};
  if (index % 2 == 0) out.push_back(kChannels[static_cast<std::size_t>(index + 1) % 6]);
  if (index % 5 == 0) out.push_back(kChannels[static_cast<std::size_t>(index + 3) % 6]);
  return out;
}

const std::vector<std::string_view>& attribute_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const Attribute& attribute : kAttributes) names.push_back(attribute.name);
    return names;
  }();
  return kNames;
}

std::optional<std::string_view> attribute_name(std::string_view name_in_any_case) {
  for (const std::string_view name : attribute_names()) {
    if (catalog::equal_ignoring_ascii_case(name, name_in_any_case)) return name;
  }
  return std::nullopt;
}

std::string attribute_json(int customer, std::string_view name) {
  const auto seed = static_cast<std::uint64_t>(customer);
  for (const Attribute& attribute : kAttributes) {
    if (attribute.name == name) return attribute.json({.person = mix(seed), .random = mix(seed ^ mix(name))});
  }
  return "null";
}

}  // namespace latchkey::sample
