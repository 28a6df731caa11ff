// Event loops, and getting off them. One Loop runs on one thread; everything made on a loop stays on it.
//
//   Loop loop; std::thread t([&] { loop.run(); });
//   loop.post([&] { detach(serve()); });   // from any thread
//   loop.stop();                            // from any thread; run() returns
//
//   Result<int> r = co_await offload(pool, [&] { return slow(); });   // runs on a pool thread, resumes on this loop
//
// When run() returns it has destroyed, on its own thread, every detached task that was unfinished; so whatever those
// tasks refer to must outlive run(), and nothing else. A worker pool must outlive the loops that offload to it.
#pragma once
#include <atomic>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>

#include "net/task.h"

namespace latchkey::net {

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void run();
  void stop();
  void post(std::function<void()> work);
  static Loop& current();  // the loop that runs on this thread; a bug if there is none
  // Resumes after about this long (within 10 ms), or at once when the loop stops. A sleep that begins while the loop
  // stops never resumes, so that `for (;;) { co_await loop.sleep_ms(n); ... }` ends with the loop.
  Task<void> sleep_ms(std::int64_t ms);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Threads for work that blocks (SQLite, Argon2id). Bounded: submit() refuses beyond `max_queued`, so that a flood of
// sign-ins becomes 503 and not memory.
class WorkerPool {
 public:
  WorkerPool(int threads, std::size_t max_queued);
  ~WorkerPool();  // runs what is queued, then joins
  bool submit(std::function<void()> work);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

namespace detail {

// Shared by an awaiting coroutine and the pool's thread.
struct OffloadState {
  std::coroutine_handle<> awaiter;  // the loop's thread only; empty when the coroutine is gone
  std::atomic<bool> done = false;   // the pool's thread has left the coroutine's frame
};

template <class F>
class [[nodiscard]] Offload {
 public:
  using T = std::invoke_result_t<F&>;
  Offload(WorkerPool& pool, F work) : pool_(pool), work_(std::move(work)) {}
  Offload(const Offload&) = delete;
  Offload& operator=(const Offload&) = delete;
  // A coroutine that dies while the pool still works with its frame waits for that work.
  ~Offload() {
    if (!state_) return;
    state_->awaiter = {};
    state_->done.wait(false, std::memory_order_acquire);
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> awaiter) {
    Loop& loop = Loop::current();
    state_ = std::make_shared<OffloadState>();
    state_->awaiter = awaiter;
    const bool taken = pool_.submit([this, state = state_, &loop] {
      result_.emplace(work_());
      loop.post([state] {
        if (state->awaiter) state->awaiter.resume();
      });
      state->done.store(true, std::memory_order_release);
      state->done.notify_one();
    });
    if (!taken) state_.reset();
    return taken;
  }
  // Empty when the pool was full.
  std::optional<T> await_resume() { return std::move(result_); }

 private:
  WorkerPool& pool_;
  F work_;
  std::optional<T> result_;
  std::shared_ptr<OffloadState> state_;
};

}  // namespace detail

// Runs `work` on the pool and resumes on this loop with its value; an empty optional when the pool is full.
template <class F>
detail::Offload<F> offload(WorkerPool& pool, F work) {
  return detail::Offload<F>(pool, std::move(work));
}

}  // namespace latchkey::net
