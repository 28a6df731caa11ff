// Jobs for a few threads, from one that finds them. With one thread there is none but the caller's, and a job is done
// where it is put.
//
//   WorkQueue<Job> queue(threads, [](unsigned worker, Job& job) { ... });   // worker: 0 to threads-1
//   queue.put(std::move(job));                                      // waits while many are waiting
//   queue.finish();                                                 // all are done
#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace latchkey::scan {

template <class Job>
class WorkQueue {
 public:
  static constexpr std::size_t kMaxWaiting = 65'536;

  WorkQueue(unsigned threads, std::function<void(unsigned, Job&)> work) : work_(std::move(work)) {
    if (threads < 2) return;
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this, i] { take(i); });
  }
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;
  ~WorkQueue() { finish(); }

  void put(Job job) {
    if (threads_.empty()) return work_(0, job);
    {
      std::unique_lock lock(mutex_);
      room_.wait(lock, [this] { return waiting_.size() < kMaxWaiting; });
      waiting_.push_back(std::move(job));
    }
    some_.notify_one();
  }

  void finish() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    some_.notify_all();
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

 private:
  void take(unsigned worker) {
    std::unique_lock lock(mutex_);
    for (;;) {
      some_.wait(lock, [this] { return ended_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      Job job = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      room_.notify_one();
      work_(worker, job);
      lock.lock();
    }
  }

  const std::function<void(unsigned, Job&)> work_;
  std::mutex mutex_;
  std::condition_variable some_, room_;
  std::deque<Job> waiting_;  // guarded by mutex_
  bool ended_ = false;       // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace latchkey::scan
