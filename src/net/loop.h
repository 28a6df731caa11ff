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
struct Offload {
  using T = std::invoke_result_t<F&>;
  WorkerPool& pool;
  F work;
  std::optional<T> result;
  std::shared_ptr<OffloadState> state = nullptr;

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> awaiter) {
    Loop& loop = Loop::current();
    state = std::make_shared<OffloadState>();
    state->awaiter = awaiter;
    const bool taken = pool.submit([this, shared = state, &loop] {
      result.emplace(work());
      loop.post([shared] {
        if (shared->awaiter) shared->awaiter.resume();
      });
      shared->done.store(true, std::memory_order_release);
      shared->done.notify_one();
    });
    if (!taken) state.reset();
    return taken;
  }
  // Empty when the pool was full.
  std::optional<T> await_resume() { return std::move(result); }
  // A coroutine that dies while the pool still works with its frame waits for that work.
  ~Offload() {
    if (!state) return;
    state->awaiter = {};
    state->done.wait(false, std::memory_order_acquire);
  }
};

}  // namespace detail

// Runs `work` on the pool and resumes on this loop with its value; an empty optional when the pool is full.
template <class F>
detail::Offload<F> offload(WorkerPool& pool, F work) {
  return {pool, std::move(work), std::nullopt, nullptr};
}

}  // namespace latchkey::net
