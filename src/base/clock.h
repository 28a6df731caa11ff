// Time as a parameter: whoever needs it takes a Clock, so that a test owns it. Implementations are thread-safe.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace latchkey {

// A moment in wall-clock time, in milliseconds since 1970-01-01T00:00:00Z.
struct Instant {
  std::int64_t unix_ms = 0;
  auto operator<=>(const Instant&) const = default;
  Instant plus_ms(std::int64_t ms) const { return {unix_ms + ms}; }
};

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
  // Never goes back and never stands still, also while the machine sleeps; the zero is arbitrary. For measuring, limits and leases.
  virtual std::int64_t steady_ns() const = 0;
};

class SystemClock final : public Clock {
 public:
  Instant now() const override;
  std::int64_t steady_ns() const override;
};

// For tests: stands still until told.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Instant start = {1'767'225'600'000}) : now_(start) {}
  Instant now() const override { return now_; }
  std::int64_t steady_ns() const override { return steady_ns_; }
  void advance_ms(std::int64_t ms) {
    now_.unix_ms += ms;
    steady_ns_ += ms * 1'000'000;
  }

 private:
  Instant now_;
  std::int64_t steady_ns_ = 1;
};

// RFC 3339 in UTC with milliseconds: "2026-05-01T09:30:00.000Z". Parsing takes any offset and up to nine fractional
// digits, and years 1970 to 9999.
std::string format_rfc3339(Instant instant);
std::optional<Instant> parse_rfc3339(std::string_view text);

}  // namespace latchkey
