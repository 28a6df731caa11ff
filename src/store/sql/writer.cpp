#include "store/sql/writer.h"

#include <algorithm>
#include <chrono>

namespace latchkey::store::sql {
namespace {

// How long to rest before the second try, the third, ... Short enough that a database that only restarts is hardly missed.
constexpr int kFirstRestMs = 20;
constexpr int kLongestRestMs = 500;

}  // namespace

Writer::Writer(std::unique_ptr<Connection> connection, std::size_t max_queued, std::int64_t patience_ms)
    : connection_(std::move(connection)),
      patience_ms_(patience_ms),
      max_queued_(max_queued),
      thread_([this] { loop(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Writer::submit(Job& job) {
  std::unique_lock lock(mutex_);
  if (queue_.size() >= max_queued_) {
    refused_.fetch_add(1, std::memory_order_relaxed);
    job.outcome = fail(ErrorCode::kUnavailable, "Too many changes are waiting to be stored. Try again in a moment.");
    return;
  }
  queue_.push_back(&job);
  wake_.notify_one();
  job.answered.wait(lock, [&] { return job.done; });
}

std::size_t Writer::queued() {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void Writer::loop() {
  std::vector<Job*> together;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMaxTogether));
    together.assign(queue_.begin(), end);
    queue_.erase(queue_.begin(), end);

    lock.unlock();
    const auto stored = commit_together(together);
    lock.lock();
    answer(together);
    if (stored || !connection_->lost()) continue;
    // Those behind them have waited as long in vain.
    for (Job* job : queue_) job->outcome = std::unexpected(stored.error());
    answer(queue_);
    queue_.clear();
  }
}

// Under the lock: a job dies with its caller's stack as soon as the caller sees `done`.
void Writer::answer(const std::vector<Job*>& jobs) {
  for (Job* job : jobs) {
    job->done = true;
    job->answered.notify_one();
  }
}

Result<void> Writer::commit_together(const std::vector<Job*>& jobs) {
  transactions_.fetch_add(1, std::memory_order_relaxed);
  auto stored = try_together(jobs);
  for (int tries = 1; !stored && connection_->lost() && worth_another_try(tries); ++tries) stored = try_together(jobs);
  if (stored) {
    away_since_ns_.reset();
    return stored;
  }
  for (Job* job : jobs) {
    // A job that was wrong by itself keeps its own answer.
    if (job->outcome) job->outcome = std::unexpected(stored.error());
  }
  return stored;
}

// Rests first.
bool Writer::worth_another_try(int tries) {
  if (!away_since_ns_) away_since_ns_ = clock_.steady_ns();
  if (clock_.steady_ns() - *away_since_ns_ >= patience_ms_ * 1'000'000) return false;
  // A connection that broke by itself is mended at once.
  if (tries == 1) return true;
  const int rest = std::min(kFirstRestMs << std::min(tries - 2, 10), kLongestRestMs);
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, std::chrono::milliseconds(rest), [this] { return stopping_; });
}

Result<void> Writer::try_together(const std::vector<Job*>& jobs) {
  LK_ASSIGN(Transaction transaction, Transaction::begin(*connection_, Connection::Access::kWrite));
  bool any = false;
  for (Job* job : jobs) {
    job->outcome = jobs.size() == 1 ? job->apply(*connection_) : apply_beside_others(*job);
    // A full disk, an I/O error or a lost connection ends the whole transaction: then what the jobs before did is gone too.
    if (!connection_->in_transaction()) {
      return job->outcome ? fail(ErrorCode::kInternal, "The database ended a transaction by itself.") : job->outcome;
    }
    any = any || job->outcome.has_value();
  }
  if (!any) return {};  // rolled back: nothing to store
  return transaction.commit();
}

Result<void> Writer::apply_beside_others(Job& job) {
  LK_TRY(connection_->prepare("SAVEPOINT job").run());
  auto outcome = job.apply(*connection_);
  if (!connection_->in_transaction()) return outcome;
  if (!outcome) LK_TRY(connection_->prepare("ROLLBACK TO SAVEPOINT job").run());
  LK_TRY(connection_->prepare("RELEASE SAVEPOINT job").run());
  return outcome;
}

}  // namespace latchkey::store::sql
