// What a tenant wants of the lives of its keys. Plain values.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace latchkey {

// What becomes of a key whose secret has reached the greatest age.
enum class OnDue { kReport, kDisable, kRotate };
std::string_view to_string(OnDue action);
std::optional<OnDue> parse_on_due(std::string_view text);

// What becomes of a key that others may have seen.
enum class OnExposure { kAlert, kRotate, kRevoke };
std::string_view to_string(OnExposure action);
std::optional<OnExposure> parse_on_exposure(std::string_view text);

struct KeyPolicy {
  static constexpr std::int64_t kMaxDays = 3'650;
  static constexpr std::size_t kMaxReminders = 10;
  static constexpr std::int64_t kDayMs = 86'400'000;
  static constexpr std::int64_t kMaxOverlapMs = 90 * kDayMs;

  std::optional<std::int64_t> max_secret_age_days;  // absent: secrets may grow old
  std::optional<std::int64_t> max_lifetime_days;    // absent: keys need not expire
  std::vector<std::int64_t> reminder_days = {14, 7, 1};  // before either, and before an expiry; descending
  OnDue on_due = OnDue::kReport;
  std::int64_t overlap_ms = kDayMs;  // of rotations that don't say
  OnExposure on_exposure = OnExposure::kAlert;
  std::int64_t exposure_overlap_ms = kDayMs / 24;
  bool operator==(const KeyPolicy&) const = default;
};

}  // namespace latchkey
