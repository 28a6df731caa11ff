// The one thread that writes. Jobs that arrive while it is busy share the next transaction and its fsync (group commit):
// each runs in a savepoint of its own, so one that fails leaves the others standing, and none is answered before all are
// on disk. A lone job goes at once; nobody waits for company.
//
//   Result<Sequence> done = writer.run([&](Connection& db) -> Result<Sequence> { ... });
//
// Thread-safe. Jobs hold no lock and must not call run(). If the transaction as a whole fails, every job in it gets that
// error and nothing of them is stored, unless the error says that nobody knows. When the connection was lost and nothing
// is stored, the jobs are run again on a new one, so a job must not use up what it was given. Once a database has been
// away for kPatienceMs, those that wait get an error, and new ones one try each, until it is back.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include "base/clock.h"
#include "store/sql/connection.h"

namespace latchkey::store::sql {

class Writer {
 public:
  // Beyond these a caller is told to come back (kUnavailable).
  static constexpr std::size_t kMaxQueued = 4096;
  // Bounds a transaction's size, and how long its first job waits for the last.
  static constexpr std::size_t kMaxTogether = 256;
  static constexpr std::int64_t kPatienceMs = 10'000;

  explicit Writer(std::unique_ptr<Connection> connection, std::size_t max_queued = kMaxQueued,
                  std::int64_t patience_ms = kPatienceMs);
  // Finishes what was asked, then joins.
  ~Writer();

  template <class F>
  auto run(F&& work) -> std::invoke_result_t<F, Connection&> {
    TypedJob<F> job(work);
    submit(job);
    if (!job.outcome) return std::unexpected(std::move(job.outcome.error()));
    return std::move(*job.result);
  }

  std::uint64_t transactions() const { return transactions_.load(std::memory_order_relaxed); }
  std::uint64_t refused() const { return refused_.load(std::memory_order_relaxed); }  // for want of room in the queue
  std::size_t queued();

 private:
  struct Job {
    virtual ~Job() = default;
    virtual Result<void> apply(Connection& db) = 0;
    Result<void> outcome;
    bool done = false;  // guarded by mutex_
    std::condition_variable answered;
  };
  template <class F>
  struct TypedJob final : Job {
    explicit TypedJob(F& its_work) : work(its_work) {}
    Result<void> apply(Connection& db) override {
      result.emplace(work(db));
      if (!*result) return std::unexpected(result->error());
      return {};
    }
    F& work;
    std::optional<std::invoke_result_t<F, Connection&>> result;
  };

  void submit(Job& job);
  void loop();
  void answer(const std::vector<Job*>& jobs);
  Result<void> commit_together(const std::vector<Job*>& jobs);
  Result<void> try_together(const std::vector<Job*>& jobs);
  Result<void> apply_beside_others(Job& job);
  bool worth_another_try(int tries);

  // The writer thread's own.
  const std::unique_ptr<Connection> connection_;
  const SystemClock clock_;
  std::optional<std::int64_t> away_since_ns_;  // when the connection was first found lost, by the steady clock

  const std::int64_t patience_ms_;
  const std::size_t max_queued_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Job*> queue_;  // guarded by mutex_; jobs live on their callers' stacks
  bool stopping_ = false;    // guarded by mutex_

  std::atomic<std::uint64_t> transactions_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::thread thread_;  // last: everything else is ready when it starts
};

}  // namespace latchkey::store::sql
