#include "net/loop.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace latchkey::net {
namespace {

// A loop on a thread of its own.
class RunningLoop {
 public:
  RunningLoop() : thread_([this] { loop.run(); }) {}
  ~RunningLoop() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    loop.stop();
    thread_.join();
  }
  Loop loop;

 private:
  std::thread thread_;
};

struct Flag {
  explicit Flag(bool& to) : set(to) {}
  Flag(Flag&& other) = delete;
  ~Flag() { set = true; }
  bool& set;
};

Task<int> twice(int n) { co_return 2 * n; }

Task<int> sum_to(int n) {
  int sum = 0;
  for (int i = 1; i <= n; ++i) sum += co_await twice(i);
  co_return sum;
}

TEST(Task, ALongChainOfReadyTasksDoesNotGrowTheStack) {
  int sum = 0;
  detach([](int& out) -> Task<void> { out = co_await sum_to(10'000) / 2; }(sum));
  EXPECT_EQ(sum, 50'005'000);
}

TEST(Task, RunsOnlyWhenAwaited) {
  bool ran = false;
  {
    const auto task = [](bool& flag) -> Task<void> {
      flag = true;
      co_return;
    }(ran);
  }
  EXPECT_FALSE(ran);
}

TEST(Loop, PostedWorkRunsInOrderOnTheLoopsThread) {
  RunningLoop running;
  std::promise<std::string> done;
  std::string order;
  running.loop.post([&] { order += &Loop::current() == &running.loop ? "a" : "?"; });
  running.loop.post([&] { order += "b"; });
  running.loop.post([&] { done.set_value(order); });
  EXPECT_EQ(done.get_future().get(), "ab");
}

TEST(Loop, ASleepEnds) {
  RunningLoop running;
  std::promise<void> done;
  running.loop.post([&] {
    detach([](Loop& loop, std::promise<void>& out) -> Task<void> {
      co_await loop.sleep_ms(1);
      out.set_value();
    }(running.loop, done));
  });
  done.get_future().wait();
}

TEST(Loop, StoppingWakesASleeperOnceAndEndsItsFrame) {
  bool destroyed = false;
  int wakings = 0;
  {
    RunningLoop running;
    std::promise<void> asleep;
    running.loop.post([&] {
      detach([](Loop& loop, bool& gone, int& count) -> Task<void> {
        const Flag flag(gone);
        for (;;) {
          co_await loop.sleep_ms(3'600'000);
          ++count;
        }
      }(running.loop, destroyed, wakings));
      asleep.set_value();
    });
    asleep.get_future().wait();
    running.stop();
    EXPECT_TRUE(destroyed);
  }
  EXPECT_EQ(wakings, 1);
}

TEST(Loop, AFrameThatSleepsOnAnUnstartedLoopIsNotNeeded) {
  Loop loop;
  loop.post([] { FAIL() << "nobody runs this loop"; });
  loop.stop();
}

TEST(Offload, ResumesOnTheLoopWithTheValue) {
  WorkerPool pool(2, 16);
  RunningLoop running;
  std::promise<std::pair<int, bool>> done;
  running.loop.post([&] {
    detach([](WorkerPool& workers, std::promise<std::pair<int, bool>>& out) -> Task<void> {
      const auto loop_thread = std::this_thread::get_id();
      const auto value = co_await offload(workers, [&] { return std::this_thread::get_id() == loop_thread ? 0 : 42; });
      out.set_value({value.value_or(-1), std::this_thread::get_id() == loop_thread});
    }(pool, done));
  });
  const auto [value, same_thread] = done.get_future().get();
  EXPECT_EQ(value, 42);
  EXPECT_TRUE(same_thread);
}

TEST(Offload, IsEmptyWhenThePoolIsFull) {
  WorkerPool pool(1, 0);
  RunningLoop running;
  std::promise<bool> done;
  running.loop.post([&] {
    detach([](WorkerPool& workers, std::promise<bool>& out) -> Task<void> {
      out.set_value((co_await offload(workers, [] { return 1; })).has_value());
    }(pool, done));
  });
  EXPECT_FALSE(done.get_future().get());
}

TEST(Offload, ALoopThatStopsWaitsForWorkThatUsesAFrame) {
  WorkerPool pool(1, 1);
  std::promise<void> begun;
  std::promise<void> may_end;
  bool resumed = false;
  {
    RunningLoop running;
    running.loop.post([&] {
      detach([](WorkerPool& workers, std::promise<void>& started, std::future<void> end, bool& after) -> Task<void> {
        co_await offload(workers, [&] {
          started.set_value();
          end.wait();
          return 0;
        });
        after = true;
      }(pool, begun, may_end.get_future(), resumed));
    });
    begun.get_future().wait();
    running.loop.stop();
    may_end.set_value();
  }
  SUCCEED() << "resumed: " << resumed;  // either way, the frame outlived the work
}

TEST(WorkerPool, RunsWhatIsQueuedBeforeItEnds) {
  int ran = 0;
  {
    WorkerPool pool(1, 100);
    for (int i = 0; i < 100; ++i) {
      while (!pool.submit([&] { ++ran; })) std::this_thread::yield();
    }
  }
  EXPECT_EQ(ran, 100);
}

}  // namespace
}  // namespace latchkey::net
