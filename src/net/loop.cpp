#include "net/loop.h"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>

#include "base/check.h"
#include "net/asio.h"
#include "net/loop_core.h"
#include "net/poller.h"

namespace latchkey::net {
namespace {

using Timer = asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
                                         asio::io_context::executor_type>;

thread_local constinit Loop* current_loop = nullptr;

// One sleep. The timer's handler shares it with the sleeping coroutine, which may die first.
struct Sleep {
  explicit Sleep(asio::io_context& io) : timer(io) {}
  Timer timer;
  std::coroutine_handle<> sleeper;
  Sleep** place = nullptr;  // the pointer to this in the loop's list
  Sleep* next = nullptr;
};

}  // namespace

struct Loop::Impl : LoopCore {
  // Locks where other threads may post, none around sockets, which only the loop's thread touches.
  asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  Poller poller{io};
  std::optional<Timer> ticker{io};
  detail::DetachedList detached;
  Sleep* sleeps = nullptr;
  bool stopping = false;

  void schedule_tick() {
    ticker->expires_after(std::chrono::milliseconds(kTickMs));
    ticker->async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      tick();
      schedule_tick();
    });
  }
  void run() {
    read_clock();
    schedule_tick();
    io.run();
    detached.destroy_all();
    end_watched();
  }
  void end() { end_watched(); }
  // Sleepers run once more; what they post is behind the end.
  void stop() {
    if (stopping) return;
    stopping = true;
    for (Sleep* sleep = sleeps; sleep != nullptr; sleep = sleep->next) sleep->timer.cancel();
    asio::post(io, [this] { io.stop(); });
  }
};

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() { impl_->end(); }

void Loop::run() {
  LK_CHECK(current_loop == nullptr);
  current_loop = this;
  impl_->detached.activate();
  impl_->run();
  impl_->detached.deactivate();
  current_loop = nullptr;
}

void Loop::stop() {
  asio::post(impl_->io, [impl = impl_.get()] { impl->stop(); });
}

void Loop::post(std::function<void()> work) { asio::post(impl_->io, std::move(work)); }

Loop& Loop::current() {
  LK_CHECK(current_loop != nullptr);
  return *current_loop;
}

LoopCore& core_of(Loop& loop) { return loop.impl(); }
asio::io_context& io_of(Loop& loop) { return loop.impl().io; }
Poller& poller_of(Loop& loop) { return loop.impl().poller; }

namespace {

class SleepAwaiter {
 public:
  SleepAwaiter(Loop::Impl& loop, std::int64_t ms) : loop_(loop), ms_(ms) {}
  SleepAwaiter(const SleepAwaiter&) = delete;
  SleepAwaiter& operator=(const SleepAwaiter&) = delete;
  ~SleepAwaiter() {
    if (!sleep_) return;
    sleep_->sleeper = {};
    if (sleep_->place != nullptr) {
      *sleep_->place = sleep_->next;
      if (sleep_->next != nullptr) sleep_->next->place = sleep_->place;
    }
    sleep_->timer.cancel();
  }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> sleeper) {
    if (loop_.stopping) return;
    sleep_ = std::make_shared<Sleep>(loop_.io);
    sleep_->sleeper = sleeper;
    sleep_->next = loop_.sleeps;
    sleep_->place = &loop_.sleeps;
    if (sleep_->next != nullptr) sleep_->next->place = &sleep_->next;
    loop_.sleeps = sleep_.get();
    sleep_->timer.expires_after(std::chrono::milliseconds(ms_));
    sleep_->timer.async_wait([shared = sleep_](const boost::system::error_code&) {
      if (shared->sleeper) shared->sleeper.resume();
    });
  }
  void await_resume() const noexcept {}

 private:
  Loop::Impl& loop_;
  std::int64_t ms_;
  std::shared_ptr<Sleep> sleep_;
};

}  // namespace

Task<void> Loop::sleep_ms(std::int64_t ms) { co_await SleepAwaiter(*impl_, ms); }

}  // namespace latchkey::net
