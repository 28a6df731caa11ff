// For tests and benches: a node's limiter over a shared Redis, asked as guards ask.
#pragma once
#include <condition_variable>
#include <mutex>

#include "base/check.h"
#include "redis/redis_fixture.h"
#include "redis/shared_limiter.h"

namespace latchkey::redis {

struct TestLimits {
  std::vector<RateLimit> key_limits = {}, tenant_limits = {};
  std::vector<Quota> key_quotas = {}, tenant_quotas = {};
};

class WaitedQuestion final : public limit::Question {
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

// Used by one thread.
struct TestNode {
  TestNode(const Server& server, bool exact, int nodes)
      : limiter(local,
                {.exact = exact, .server = server, .rate_classes = {"default"}, .nodes = [nodes] { return nodes; }},
                clock) {
    local.observe(clock.now(), clock.steady_ns());
    LK_CHECK(limiter.start().has_value());
  }

  static Uuid key_id(std::uint8_t key, const Uuid& tenant) { return {key, tenant[0], 1}; }
  static constexpr Uuid kTenant = {9, 9, 9};

  std::vector<limit::Demand> demands(const TestLimits& limits, const Uuid& key, const Uuid& tenant) const {
    std::vector<limit::Demand> out;
    if (!limits.key_limits.empty()) out.push_back({{key, 0}, limits.key_limits, {}, limit::Scope::kKey, &tenant});
    if (!limits.key_quotas.empty())
      out.push_back({{key, limit::kEveryClass}, {}, limits.key_quotas, limit::Scope::kKey, &tenant});
    if (!limits.tenant_limits.empty() || !limits.tenant_quotas.empty()) {
      out.push_back(
          {{tenant, limit::kEveryClass}, limits.tenant_limits, limits.tenant_quotas, limit::Scope::kTenant, &tenant});
    }
    return out;
  }
  limit::Verdict take(const TestLimits& limits, std::uint8_t key = 1, std::uint32_t cost = 1,
                      const Uuid& tenant = kTenant) {
    const Uuid id = key_id(key, tenant);
    const limit::Verdict verdict = limiter.take(demands(limits, id, tenant), cost, clock.steady_ns(), standings);
    if (!verdict.asks) return verdict;
    ++asked;
    const auto question = std::make_shared<WaitedQuestion>();
    question->key = id;
    question->tenant = tenant;
    question->cost = cost;
    question->standings.swap(standings);
    limiter.ask(question);
    question->wait();
    standings.swap(question->standings);
    return question->verdict;
  }
  void peek(const TestLimits& limits, std::uint8_t key = 1, const Uuid& tenant = kTenant) {
    const Uuid id = key_id(key, tenant);
    limiter.peek(demands(limits, id, tenant), clock.steady_ns(), standings);
  }

  SystemClock clock;
  limit::InMemoryLimiter local;
  std::vector<limit::Standing> standings;
  int asked = 0;
  SharedLimiter limiter;
};

}  // namespace latchkey::redis
