#include "api/slow_lane.h"

#include "net/loop.h"

namespace latchkey::api {
namespace {

constexpr std::int64_t kLookAgainMs = 20;

// Counts while it lives, also when the waiting task is destroyed with its connection.
class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : count_(count), before_(count.fetch_add(1)) {}
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted() { count_.fetch_sub(1); }
  int before() const { return before_; }

 private:
  std::atomic<int>& count_;
  const int before_;
};

}  // namespace

bool SlowLane::take() {
  if (inside_.fetch_add(1) < kAtOnce) return true;
  inside_.fetch_sub(1);
  return false;
}

net::Task<SlowLane::Place> SlowLane::enter() {
  if (take()) co_return Place(this);
  const Counted waiting(waiting_);
  if (waiting.before() >= kWaiting) co_return Place(nullptr);
  while (!take()) co_await net::Loop::current().sleep_ms(kLookAgainMs);
  co_return Place(this);
}

}  // namespace latchkey::api
