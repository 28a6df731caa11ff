// Slows the guessing of passwords without locking anyone out. Counted are attempts by address (IPv6 by /64), by email,
// and by the two together; a pair that has used up its attempts waits. When many addresses try one email, every pair
// with that email gets fewer attempts, but never none: its owner still gets in. A browser that the same person signed in with
// before (api/device_cookie.h) has attempts of its own: it neither waits for others behind its address, nor they for it.
//
//   const Attempt attempt{address, email, device};
//   if (const auto wait_s = throttle.take(attempt); wait_s > 0) return too_many_attempts(wait_s);
//   ... if the password was right: throttle.give_back(attempt);
//
// Remembers at most kMaxEntries of each kind; the longest unseen goes first. Emails are kept as digests. Thread-safe.
#pragma once
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "core/ip.h"

namespace latchkey::api {

// Token buckets by name.
class AttemptBook {
 public:
  struct Rule {
    double capacity = 1;
    double per_second = 1;  // how fast attempts come back
  };
  AttemptBook(Rule rule, std::size_t max_entries) : rule_(rule), max_entries_(max_entries) {}
  double left(const std::string& name, std::int64_t now_ns) const;
  void spend(const std::string& name, double attempts, std::int64_t now_ns);  // negative gives back
  // How long until `attempts` are left.
  std::int64_t wait_s(const std::string& name, double attempts, std::int64_t now_ns) const;

 private:
  struct Entry {
    std::string name;
    double left = 0;
    std::int64_t at_ns = 0;
  };
  double left_of(const Entry& entry, std::int64_t now_ns) const;
  const Rule rule_;
  const std::size_t max_entries_;
  std::list<Entry> entries_;  // the one seen last first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_name_;
};

struct Attempt {
  IpAddress address;
  std::string email;
  std::optional<std::string> device = {};  // of a browser that is known to be this person's
};

class SignInThrottle {
 public:
  static constexpr std::size_t kMaxEntries = 10'000;
  explicit SignInThrottle(const Clock& clock) : clock_(clock) {}
  // 0: go ahead, and it is counted. Otherwise the seconds to wait.
  std::int64_t take(const Attempt& attempt);
  void give_back(const Attempt& attempt);

 private:
  struct Names;
  static Names names_of(const Attempt& attempt);
  const Clock& clock_;
  std::mutex mutex_;  // over the books
  AttemptBook by_address_{{.capacity = 50, .per_second = 0.5}, kMaxEntries};
  AttemptBook by_email_{{.capacity = 20, .per_second = 0.05}, kMaxEntries};
  AttemptBook by_pair_{{.capacity = 5, .per_second = 0.1}, kMaxEntries};
  AttemptBook by_device_{{.capacity = 5, .per_second = 0.1}, kMaxEntries};
};

}  // namespace latchkey::api
