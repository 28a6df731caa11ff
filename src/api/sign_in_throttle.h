// Slows the guessing of passwords without locking anyone out. Counted are attempts by address (IPv6 by /64), by email,
// and by the two together; a pair that has used up its attempts waits. When many addresses try one email, every pair
// with that email gets fewer attempts, but never none: its owner still gets in.
//
//   if (const auto wait_s = throttle.take(address, email); wait_s > 0) return too_many_attempts(wait_s);
//   ... if the password was right: throttle.give_back(address, email);
//
// Remembers at most kMaxEntries of each kind; the longest unseen goes first. Emails are kept as digests. Thread-safe.
#pragma once
#include <cstdint>
#include <list>
#include <mutex>
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

class SignInThrottle {
 public:
  static constexpr std::size_t kMaxEntries = 10'000;
  explicit SignInThrottle(const Clock& clock) : clock_(clock) {}
  // 0: go ahead, and it is counted. Otherwise the seconds to wait.
  std::int64_t take(const IpAddress& address, std::string_view email);
  void give_back(const IpAddress& address, std::string_view email);

 private:
  struct Names;
  static Names names_of(const IpAddress& address, std::string_view email);
  const Clock& clock_;
  std::mutex mutex_;  // over the books
  AttemptBook by_address_{{.capacity = 50, .per_second = 0.5}, kMaxEntries};
  AttemptBook by_email_{{.capacity = 20, .per_second = 0.05}, kMaxEntries};
  AttemptBook by_pair_{{.capacity = 5, .per_second = 0.1}, kMaxEntries};
};

}  // namespace latchkey::api
