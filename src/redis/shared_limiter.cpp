#include "redis/shared_limiter.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "base/check.h"
#include "redis/script.h"
#include "redis/shared_call.h"

namespace latchkey::redis {
namespace {

using limit::Counted;
using limit::Demand;
using limit::Question;
using limit::Standing;
using limit::Verdict;

constexpr std::size_t kMostTold = 4'096;       // of each part at a tick
constexpr std::size_t kMostToldTogether = 16;  // in one call

const Uuid& tenant_of(std::span<const Demand> demands) {
  const Demand& first = demands.front();
  return first.tenant != nullptr ? *first.tenant : first.subject.id;
}

// As a question about what `demands` are.
void describe(Question& asked, std::span<const Demand> demands, std::uint32_t cost) {
  asked.tenant = tenant_of(demands);
  asked.cost = cost;
  for (const Demand& demand : demands) {
    if (demand.scope == limit::Scope::kKey) asked.key = demand.subject.id;
  }
}

// What take() works with.
struct Asked final : Question {
  void answered() override {}
};

// Somebody waits for it.
class Waited final : public Question {
 public:
  void answered() override {
    const std::lock_guard lock(mutex_);
    done_ = true;
    changed_.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return done_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
};

}  // namespace

SharedLimiter::SharedLimiter(limit::InMemoryLimiter& local, Options options, const Clock& clock)
    : local_(local),
      options_(std::move(options)),
      clock_(clock),
      parts_(std::make_unique<std::array<Part, kParts>>()),
      client_(options_.server, std::string(limits_script()), clock,
              {.every_ms = options_.tell_every_ms, .at_tick = [this] { at_tick(); }}) {}

Result<void> SharedLimiter::start() {
  nodes_.store(std::max(1, options_.nodes()), std::memory_order_relaxed);
  return client_.start();
}

bool SharedLimiter::is_up(const Uuid& tenant) const { return client_.is_up(slot_of_tenant(tenant)); }

Counted SharedLimiter::counted() const {
  if (!client_.is_all_up()) return Counted::kFallback;
  return options_.exact ? Counted::kExact : Counted::kEventual;
}

Verdict SharedLimiter::take(std::span<const Demand> demands, std::uint32_t cost, std::int64_t now_ns,
                            std::vector<Standing>& standings) {
  LK_CHECK(cost >= 1 && !demands.empty());
  local_.peek(demands, now_ns, standings);
  // What costs more than a limit is never admitted, and nobody needs to be asked about it.
  if (std::ranges::any_of(standings, [&](const Standing& each) { return cost > each.requests; })) {
    return local_.take(demands, cost, now_ns, standings);
  }
  Asked asked;
  describe(asked, demands, cost);
  asked.standings.swap(standings);
  Verdict verdict;
  verdict.admitted = false;
  verdict.asks = true;
  if (!is_up(asked.tenant)) {
    verdict = take_share(asked, now_ns);
  } else if (!options_.exact) {
    Part& part = part_of(asked.tenant);
    const std::lock_guard lock(part.lock);
    const bool full = std::ranges::any_of(asked.standings, [&](const Standing& standing) {
      return standing.used + cost > standing.requests;
    });
    if (full || may_admit_alone(part.book, asked, now_ns)) {
      verdict = local_.take(demands, cost, now_ns, asked.standings);
      if (verdict.admitted) note_admitted(part.book, asked, false, now_ns);
    }
  }
  asked.standings.swap(standings);
  return verdict;
}

// Whether with this one as well no more than 1/n^2 of what is left is untold, of any limit.
bool SharedLimiter::may_admit_alone(ShareBook& book, const Question& asked, std::int64_t now_ns) const {
  const auto nodes = static_cast<std::uint64_t>(nodes_.load(std::memory_order_relaxed));
  for (const Standing& standing : asked.standings) {
    const Share* const share = book.find(share_key(asked, standing));
    // Who knows nothing of the others yet finds out first, if there are any.
    if (share == nullptr && nodes > 1) return false;
    const std::uint64_t unshared = share == nullptr ? 0 : share->unshared;
    const std::uint64_t told = standing.used - std::min(standing.used, unshared);
    const std::uint64_t left = standing.requests - std::min(standing.requests, told);
    if (unshared + asked.cost > left / (nodes * nodes)) return false;
  }
  return true;
}

void SharedLimiter::note_admitted(ShareBook& book, const Question& asked, bool is_alone, std::int64_t now_ns) {
  for (auto standing = asked.standings.begin(); standing != asked.standings.end(); ++standing) {
    const ShareKey key = share_key(asked, *standing);
    const bool counted = std::any_of(asked.standings.begin(), standing,
                                     [&](const Standing& earlier) { return share_key(asked, earlier) == key; });
    Share& share = book.of(key, now_ns);
    const auto requests = standing->requests;
    share.lowest = share.lowest == 0 ? requests : std::min(share.lowest, requests);
    if (counted) continue;
    if (key.is_quota()) {
      const std::int64_t number = period_at(standing->period, local_.calendar_at(now_ns));
      if (share.number != number) share.unshared = share.in_flight = 0;
      share.number = number;
    }
    share.unshared += asked.cost;
    share.is_alone |= is_alone;
    book.note_unshared(key, share);
  }
}

// By this node's share of each limit, and of what is left of each quota.
Verdict SharedLimiter::take_share(Question& asked, std::int64_t now_ns) {
  judged_alone_.fetch_add(1, std::memory_order_relaxed);
  const auto nodes = static_cast<std::uint64_t>(nodes_.load(std::memory_order_relaxed));
  Part& part = part_of(asked.tenant);
  const std::lock_guard lock(part.lock);
  DemandCopy demands(asked);
  for (std::size_t i = 0; i < demands.size(); ++i) {
    for (RateLimit& limit : demands.limits(i)) limit.limit = std::max<std::uint64_t>(1, limit.limit / nodes);
    for (Quota& quota : demands.quotas(i)) {
      const Uuid& owner = demands.span()[i].subject.id;
      const ShareKey key{asked.tenant, {owner, static_cast<std::uint32_t>(quota.period)}, 0};
      const std::int64_t number = period_at(quota.period, local_.calendar_at(now_ns));
      const Share* const share = part.book.find(key);
      const std::uint64_t alone = share != nullptr && share->number == number ? share->unshared : 0;
      const std::uint64_t used = local_.used(owner, quota.period, number), told = used - std::min(used, alone);
      quota.requests = std::min(quota.requests, told + (quota.requests - std::min(quota.requests, told)) / nodes);
    }
  }
  demands.renew();
  const Verdict verdict = local_.take(demands.span(), asked.cost, now_ns, asked.standings);
  if (verdict.admitted) note_admitted(part.book, asked, true, now_ns);
  return verdict;
}

void SharedLimiter::ask(std::shared_ptr<Question> question) {
  auto call = std::make_unique<SharedCall>(*this, question->tenant, question);
  {
    Part& part = part_of(question->tenant);
    const std::lock_guard lock(part.lock);
    const std::int64_t now_ns = clock_.steady_ns();
    for (const Standing& standing : question->standings) {
      call->add(share_key(*question, standing), standing.requests, part.book, now_ns);
    }
  }
  send(std::move(call));
}

bool SharedLimiter::send(std::unique_ptr<SharedCall> call) {
  call->finish();
  std::unique_ptr<Call> sent = std::move(call);
  if (client_.ask(sent)) return true;
  sent->failed();
  return false;
}

void SharedLimiter::peek(std::span<const Demand> demands, std::int64_t now_ns, std::vector<Standing>& standings) {
  local_.peek(demands, now_ns, standings);
  if (standings.empty() || !is_up(tenant_of(demands))) return;
  const auto question = std::make_shared<Waited>();
  describe(*question, demands, 0);
  question->standings.swap(standings);
  ask(question);
  question->wait();
  standings.swap(question->standings);
}

void SharedLimiter::at_tick() {
  nodes_.store(std::max(1, options_.nodes()), std::memory_order_relaxed);
  const std::int64_t now_ns = clock_.steady_ns();
  (*parts_)[swept_].lock.lock();
  (*parts_)[swept_].book.sweep(now_ns);
  (*parts_)[swept_].lock.unlock();
  swept_ = (swept_ + 1) % kParts;
  for (Part& part : *parts_) {
    std::vector<std::unique_ptr<SharedCall>> calls;
    {
      const std::lock_guard lock(part.lock);
      std::vector<ShareKey> keys = part.book.take_unshared(kMostTold);
      std::ranges::sort(keys, {}, &ShareKey::tenant);
      std::size_t told = 0;
      const Uuid* tenant = nullptr;
      for (const ShareKey& key : keys) {
        Share& share = part.book.of(key, now_ns);
        if (!is_up(key.tenant)) {
          part.book.note_unshared(key, share);
          continue;
        }
        if (tenant == nullptr || *tenant != key.tenant || told == kMostToldTogether) {
          calls.push_back(std::make_unique<SharedCall>(*this, key.tenant, nullptr));
          tenant = &key.tenant;
          told = 0;
        }
        calls.back()->add(key, 0, part.book, now_ns);
        ++told;
      }
    }
    for (auto& call : calls) send(std::move(call));
  }
}

}  // namespace latchkey::redis
