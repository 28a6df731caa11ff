// The threads that run event loops, and the signals that a server obeys. Loops run from construction to stop().
#pragma once
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "net/loop.h"

namespace latchkey::app {

class LoopThreads {
 public:
  explicit LoopThreads(int threads);  // 0: one per core
  ~LoopThreads() { stop(); }
  std::vector<net::Loop*> loops() const;
  void start();
  // Stops the loops and joins their threads.
  void stop();

 private:
  std::vector<std::unique_ptr<net::Loop>> loops_;
  std::vector<std::thread> threads_;
};

// Keeps SIGTERM, SIGINT and SIGHUP for wait_for_stop(). To be called before any thread starts.
void block_signals();
// Returns when one of the first two comes. Meanwhile calls `every_second`, and `at_hangup` for each SIGHUP.
void wait_for_stop(const std::function<void()>& every_second, const std::function<void()>& at_hangup);

}  // namespace latchkey::app
