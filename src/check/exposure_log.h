// Notes which secrets were sent where others could read them, for a thread that acts on it later. note() is for threads that
// check: it neither allocates nor waits for anything but a few instructions of another. Equal exposures are counted together;
// of more than kMaxEntries at a time, and of those whose place is crowded, the rest is dropped and counted.
//
//   ExposureLog log;
//   log.note({key, tenant, secret, Exposure::kQuery, now});   // any thread
//   for (const NotedExposure& each : log.take()) ...          // one thread, now and then
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/spin_lock.h"
#include "check/decision.h"
#include "core/ids.h"

namespace latchkey::check {

struct NotedExposure {
  KeyId key;
  TenantId tenant;
  std::uint64_t secret = 0;
  Exposure how = Exposure::kNone;
  Instant first_at;
  Instant last_at;
  std::uint32_t count = 0;
};

class ExposureLog {
 public:
  static constexpr std::size_t kMaxEntries = 1'024;
  static constexpr std::size_t kLooks = 16;  // places that one exposure may take

  ExposureLog() : current_(std::make_unique<Table>()), other_(std::make_unique<Table>()) {}

  struct Seen {
    KeyId key;
    TenantId tenant;
    std::uint64_t secret = 0;
    Exposure how = Exposure::kNone;
    Instant at;
  };
  void note(const Seen& seen);
  // What was noted since the last call.
  std::vector<NotedExposure> take();
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  using Table = std::array<NotedExposure, kMaxEntries>;
  SpinLock lock_;  // over current_ and what it holds
  std::unique_ptr<Table> current_;
  std::unique_ptr<Table> other_;  // take()'s own, and empty between its calls
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace latchkey::check
