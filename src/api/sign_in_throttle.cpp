#include "api/sign_in_throttle.h"

#include <cmath>

#include "credential/digest.h"

namespace latchkey::api {
namespace {

// What one attempt costs a pair while its email is under attack: all five at once, so one attempt every 50 seconds.
constexpr double kCostUnderAttack = 5;

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string text_of(const credential::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

double AttemptBook::left_of(const Entry& entry, std::int64_t now_ns) const {
  return std::min(rule_.capacity, entry.left + static_cast<double>(now_ns - entry.at_ns) / 1e9 * rule_.per_second);
}

double AttemptBook::left(const std::string& name, std::int64_t now_ns) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? rule_.capacity : left_of(*found->second, now_ns);
}

void AttemptBook::spend(const std::string& name, double attempts, std::int64_t now_ns) {
  const double left_now = left(name, now_ns);
  if (const auto found = by_name_.find(name); found != by_name_.end()) {
    entries_.splice(entries_.begin(), entries_, found->second);
  } else {
    if (entries_.size() == max_entries_) {
      by_name_.erase(entries_.back().name);
      entries_.pop_back();
    }
    entries_.push_front({name, 0, 0});
    by_name_.emplace(name, entries_.begin());
  }
  entries_.front().left = std::clamp(left_now - attempts, 0.0, rule_.capacity);
  entries_.front().at_ns = now_ns;
}

std::int64_t AttemptBook::wait_s(const std::string& name, double attempts, std::int64_t now_ns) const {
  const double missing = attempts - left(name, now_ns);
  return missing <= 0 ? 0 : static_cast<std::int64_t>(std::ceil(missing / rule_.per_second));
}

struct SignInThrottle::Names {
  std::string address, email, pair;
};

SignInThrottle::Names SignInThrottle::names_of(const Attempt& attempt) {
  const IpAddress& address = attempt.address;
  // Whoever has an IPv6 address usually has its whole /64.
  const std::size_t bytes = address.is_v4() ? 16 : 8;
  Names names;
  names.address.assign(reinterpret_cast<const char*>(address.bytes().data()), bytes);
  names.email = text_of(credential::sha256(ascii_lower(attempt.email)));
  names.pair = names.email + names.address;
  return names;
}

std::int64_t SignInThrottle::take(const Attempt& attempt) {
  const Names names = names_of(attempt);
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ns = clock_.steady_ns();
  if (attempt.device) {
    const std::int64_t wait_s = by_device_.wait_s(*attempt.device, 1, now_ns);
    if (wait_s == 0) by_device_.spend(*attempt.device, 1, now_ns);
    return wait_s;
  }
  const double cost = by_email_.left(names.email, now_ns) < 1 ? kCostUnderAttack : 1;
  const std::int64_t wait_s =
      std::max(by_address_.wait_s(names.address, 1, now_ns), by_pair_.wait_s(names.pair, cost, now_ns));
  if (wait_s > 0) return wait_s;
  by_address_.spend(names.address, 1, now_ns);
  by_email_.spend(names.email, 1, now_ns);
  by_pair_.spend(names.pair, cost, now_ns);
  return 0;
}

void SignInThrottle::give_back(const Attempt& attempt) {
  const Names names = names_of(attempt);
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ns = clock_.steady_ns();
  if (attempt.device) return by_device_.spend(*attempt.device, -kCostUnderAttack, now_ns);
  by_address_.spend(names.address, -1, now_ns);
  by_email_.spend(names.email, -1, now_ns);
  // Whoever knew the password starts afresh.
  by_pair_.spend(names.pair, -kCostUnderAttack, now_ns);
}

}  // namespace latchkey::api
