// Slows strangers who ask without an account (request links), by their address (IPv6 by /64). Links can't be guessed, so
// this is about load and about floods of mails.
//
//   if (const auto wait_s = askers.take(request.peer.address); wait_s > 0) return too_many_requests(wait_s);
//
// Remembers at most kMaxEntries addresses; the longest unseen goes first. Thread-safe.
#pragma once
#include <mutex>

#include "api/sign_in_throttle.h"

namespace latchkey::api {

class RequestThrottle {
 public:
  static constexpr std::size_t kMaxEntries = 10'000;
  explicit RequestThrottle(const Clock& clock) : clock_(clock) {}
  // 0: go ahead, and it is counted. Otherwise the seconds to wait.
  std::int64_t take(const IpAddress& address);

 private:
  const Clock& clock_;
  std::mutex mutex_;  // over the book
  AttemptBook by_address_{{.capacity = 60, .per_second = 1}, kMaxEntries};
};

}  // namespace latchkey::api
