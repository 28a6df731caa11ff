#include "store/sqlite/writer.h"

#include "base/log.h"

namespace latchkey::store::sqlite {

Writer::Writer(std::unique_ptr<Connection> connection, std::size_t max_queued)
    : connection_(std::move(connection)), max_queued_(max_queued), thread_([this] { loop(); }) {}

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
    commit_together(together);
    lock.lock();
    for (Job* job : together) {
      job->done = true;
      // Under the lock: the job dies with its caller's stack as soon as the caller sees `done`.
      job->answered.notify_one();
    }
  }
}

void Writer::commit_together(const std::vector<Job*>& jobs) {
  transactions_.fetch_add(1, std::memory_order_relaxed);
  const auto stored = try_together(jobs);
  if (stored) return;
  for (Job* job : jobs) {
    // A job that was wrong by itself keeps its own answer.
    if (job->outcome) job->outcome = std::unexpected(stored.error());
  }
}

Result<void> Writer::try_together(const std::vector<Job*>& jobs) {
  connection_->checkpoint_after(Connection::kUsualCheckpoint);
  LK_ASSIGN(Transaction transaction, Transaction::begin(*connection_, Transaction::Kind::kWrite));
  bool any = false;
  for (Job* job : jobs) {
    job->outcome = apply_alone(*job);
    // A full disk or an I/O error may end the whole transaction: then what the jobs before did is gone too.
    if (!connection_->in_transaction()) {
      return job->outcome ? fail(ErrorCode::kInternal, "The database ended a transaction by itself.") : job->outcome;
    }
    any = any || job->outcome.has_value();
  }
  if (!any) return {};  // rolled back: nothing to store
  auto committed = transaction.commit();
  if (!committed) forget_failed_commit();
  return committed;
}

// When the fsync at the end of a commit fails, the log holds the whole transaction, though nobody sees it: a process that
// starts after a crash would take it for committed. Emptying the log prevents that; if the disk doesn't let us, the next
// commit writes over it.
void Writer::forget_failed_commit() {
  if (connection_->in_transaction()) static_cast<void>(connection_->exec("ROLLBACK"));
  if (const auto emptied = connection_->exec("PRAGMA wal_checkpoint(TRUNCATE)"); !emptied) {
    log::warn("store.log_not_emptied", {{"detail", emptied.error().detail}});
  }
}

Result<void> Writer::apply_alone(Job& job) {
  LK_TRY(connection_->prepare("SAVEPOINT job").run());
  auto outcome = job.apply(*connection_);
  if (!connection_->in_transaction()) return outcome;
  if (!outcome) LK_TRY(connection_->prepare("ROLLBACK TO job").run());
  LK_TRY(connection_->prepare("RELEASE job").run());
  return outcome;
}

}  // namespace latchkey::store::sqlite
