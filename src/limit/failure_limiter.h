// Slows requests without a good key, by address (IPv6 by /64). Asked only once a request has failed, so a good key behind
// the same address is never concerned, and never waits for anything here.
//
//   FailureLimiter failures({.failures = 100, .window_ms = 60'000}, random);
//   if (const auto wait_ns = failures.note(address, clock.steady_ns())) ...   // 429 in place of 401
//
// Never more than `failures` are told what is wrong in any window; those that are refused count for nothing. Memory is a
// table of fixed size (kSets * kWays entries, 672 KiB) whose hash nobody outside can foresee; when a set is full, the
// address that failed least gives way, so whoever fails most is remembered longest. Thread-safe.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/random.h"
#include "core/ip.h"

namespace latchkey::limit {

class FailureLimiter {
 public:
  struct Rule {
    std::uint32_t failures = 100;  // 0: no limit
    std::int64_t window_ms = 60'000;
  };
  static constexpr std::size_t kSets = 4'096;
  static constexpr std::size_t kWays = 4;

  FailureLimiter(Rule rule, Random& random);
  // Counts a failed request of this address. If there were too many: how long to wait, and it is not counted. An address
  // that is not known ("::") has no limit.
  std::optional<std::int64_t> note(const IpAddress& address, std::int64_t now_ns);
  static std::size_t memory_bytes() { return kSets * sizeof(Set); }

 private:
  // Time is cut into windows from an address's first failure on. What was counted in the one before the current counts
  // wholly, so that no window, however it lies, holds more than the limit.
  struct Entry {
    std::uint64_t high = 0, low = 0;  // of the address
    std::int64_t began_ns = 0;        // the current window
    std::uint32_t current = 0, before = 0;
    std::uint32_t total() const { return current + before; }
  };
  struct Set {
    std::mutex mutex;
    std::array<Entry, kWays> entries;
  };

  void advance(Entry& entry, std::int64_t now_ns) const;
  Entry& entry_of(Set& set, std::uint64_t high, std::uint64_t low, std::int64_t now_ns) const;

  const Rule rule_;
  const std::int64_t window_ns_;
  std::array<std::uint64_t, 2> seed_{};
  std::unique_ptr<std::array<Set, kSets>> sets_;
};

}  // namespace latchkey::limit
