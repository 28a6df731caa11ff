// Limits that a key or a tenant has of its own, beside the rate classes of the catalog. Plain values.
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/id.h"

namespace latchkey {

inline constexpr std::size_t kMaxLimitNameBytes = 32;
// What callers read in RateLimit-Policy: [a-z][a-z0-9-]{0,31}.
bool is_limit_name(std::string_view text);

// One that fits where nothing may be allocated.
class LimitName {
 public:
  LimitName() = default;
  // What is longer than a name can be is cut.
  explicit LimitName(std::string_view text)
      : size_(static_cast<std::uint8_t>(std::min(text.size(), kMaxLimitNameBytes))) {
    std::memcpy(bytes_.data(), text.data(), size_);
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, kMaxLimitNameBytes> bytes_{};
  std::uint8_t size_ = 0;
};

// A window, as it was set. What it comes to beside the catalog's: limit/effective_limits.h.
struct OwnRateLimit {
  std::string name;
  std::uint64_t requests = 0;
  std::int64_t window_seconds = 0;
  // Whose requests count. Absent: of a key, the class that is for the rest; of a tenant, every request.
  std::optional<std::string> rate_class;
  bool operator==(const OwnRateLimit&) const = default;
};

// Of the calendar, in UTC.
enum class Period : std::uint8_t { kDay, kMonth };
inline constexpr int kPeriods = 2;
std::string_view to_string(Period period);
std::optional<Period> parse_period(std::string_view text);
// Days, or months, since the beginning of 1970.
std::int64_t period_at(Period period, Instant moment);
Instant period_end(Period period, std::int64_t number);

struct Quota {
  std::string name;
  Period period = Period::kDay;
  std::uint64_t requests = 0;
  bool operator==(const Quota&) const = default;
};

struct OwnLimits {
  std::vector<OwnRateLimit> rate_limits;
  std::vector<Quota> quotas;
  bool empty() const { return rate_limits.empty() && quotas.empty(); }
  bool operator==(const OwnLimits&) const = default;
};

// What a key or a tenant has used in one period.
struct QuotaCount {
  Uuid owner{};
  Period period = Period::kDay;
  std::int64_t number = 0;  // of the period
  std::uint64_t used = 0;
  bool operator==(const QuotaCount&) const = default;
};

}  // namespace latchkey
