#include "app/loops.h"

#include <pthread.h>

#include <algorithm>
#include <csignal>

namespace latchkey::app {
namespace {

sigset_t awaited_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

LoopThreads::LoopThreads(int threads) {
  const int count = threads > 0 ? threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  for (int i = 0; i < count; ++i) loops_.push_back(std::make_unique<net::Loop>());
}

std::vector<net::Loop*> LoopThreads::loops() const {
  std::vector<net::Loop*> all;
  for (const auto& loop : loops_) all.push_back(loop.get());
  return all;
}

void LoopThreads::start() {
  for (auto& loop : loops_) {
    threads_.emplace_back([&loop] { loop->run(); });
  }
}

void LoopThreads::stop() {
  for (auto& loop : loops_) loop->stop();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void block_signals() {
  const sigset_t set = awaited_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void wait_for_stop(const std::function<void()>& every_second, const std::function<void()>& at_hangup) {
  const sigset_t set = awaited_signals();
  const timespec second{1, 0};
  for (;;) {
    const int signal = sigtimedwait(&set, nullptr, &second);
    if (signal == SIGTERM || signal == SIGINT) return;
    if (signal == SIGHUP) {
      at_hangup();
    } else {
      every_second();
    }
  }
}

}  // namespace latchkey::app
