// Limits that all nodes count together, in Redis: exactly, each request asked, or eventually, where each node admits a little by
// itself and tells the others.
//
//   SharedLimiter limiter(local, {.exact = true, .server = server, .nodes = [&] {...}}, clock);
//   LK_TRY(limiter.start());
//   const Verdict verdict = limiter.take(demands, cost, now_ns, standings);   // never waits
//   if (verdict.asks) limiter.ask(question);                                  // question->answered() comes later
//
// 1. Exact: every request is one call of the script (limits.lua), for all its windows and quotas, all or nothing.
// 2. Eventual: with n nodes, a node admits without asking while that, with what it has not told yet, is at most 1/n^2 of what
//    it knows to be left; otherwise it asks, as in 1. What was admitted is told every 50 ms. So never more than a limit and
//    (n - 1)/n^2 of it is admitted in any window, which is less than one node's share (docs/limits.md proves it).
// 3. When Redis does not answer, a node admits its share: 1/n of each limit and of what is left of each quota. It tells what it
//    admitted as soon as it can.
// 4. `local` knows what this node knows of everybody's requests, and is what 2 and 3 judge by; quotas are stored from there.
//
// Thread-safe. All questions are answered, within 50 ms and what the thread needs to notice; stop() answers what is left.
#pragma once
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/spin_lock.h"
#include "limit/limiter.h"
#include "redis/client.h"
#include "redis/share_book.h"

namespace latchkey::redis {

class SharedCall;

class SharedLimiter final : public limit::Limiter {
 public:
  struct Options {
    bool exact = true;
    const Server& server;
    // The catalog's rate classes, by their numbers there: nodes may have catalogs that number them differently.
    std::vector<std::string> rate_classes;
    std::function<int()> nodes = [] { return 1; };  // how many live; by the client's thread
    std::int64_t tell_every_ms = 50;
  };
  SharedLimiter(limit::InMemoryLimiter& local, Options options, const Clock& clock);
  ~SharedLimiter() override { stop(); }
  Result<void> start();
  void stop() { client_.stop(); }

  limit::Verdict take(std::span<const limit::Demand> demands, std::uint32_t cost, std::int64_t now_ns,
                      std::vector<limit::Standing>& standings) override;
  // Asks, and waits for the answer.
  void peek(std::span<const limit::Demand> demands, std::int64_t now_ns,
            std::vector<limit::Standing>& standings) override;
  void ask(std::shared_ptr<limit::Question> question) override;
  limit::Counted counted() const override;
  void prefetch(const limit::Subject& subject) const override { local_.prefetch(subject); }

  const Client& client() const { return client_; }
  // Requests that were judged by this node's share alone, since the start.
  std::uint64_t judged_alone() const { return judged_alone_.load(std::memory_order_relaxed); }

 private:
  friend class SharedCall;
  static constexpr std::size_t kParts = 64;
  struct alignas(64) Part {
    SpinLock lock;
    ShareBook book;
  };
  Part& part_of(const Uuid& tenant) { return (*parts_)[limit::SubjectHash{}({tenant, 0}) % kParts]; }
  bool is_up(const Uuid& tenant) const;
  bool may_admit_alone(ShareBook& book, const limit::Question& asked, std::int64_t now_ns) const;
  void note_admitted(ShareBook& book, const limit::Question& asked, bool is_alone, std::int64_t now_ns);
  limit::Verdict take_share(limit::Question& asked, std::int64_t now_ns);
  bool send(std::unique_ptr<SharedCall> call);
  void at_tick();

  limit::InMemoryLimiter& local_;
  const Options options_;
  const Clock& clock_;
  const std::unique_ptr<std::array<Part, kParts>> parts_;
  std::atomic<int> nodes_{1};
  std::atomic<std::uint64_t> judged_alone_{0};
  std::size_t swept_ = 0;  // of the client's thread
  Client client_;          // goes first: its thread uses the rest
};

}  // namespace latchkey::redis
