// What a loop offers to the rest of this room besides its public face: a coarse clock that costs nothing to read, a
// ready-made Date field, and the list of those who want to hear of the passing of time.
//
// Deadlines are not timers: a watched object compares its own deadlines with the clock at each tick, so that starting
// an operation costs two stores. A deadline is thus kept within kTickMs.
#pragma once
#include <cstdint>
#include <string_view>

#include "net/loop.h"

namespace latchkey::net {

constexpr std::int64_t kTickMs = 100;
constexpr std::int64_t kNever = INT64_MAX;

class LoopCore;

class Watched {
 public:
  explicit Watched(LoopCore& loop);
  virtual ~Watched();
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  virtual void on_tick(std::int64_t now_ms) = 0;
  // The loop has ended; afterwards nothing of the network library may be touched.
  virtual void on_loop_end() = 0;

 private:
  friend class LoopCore;
  LoopCore* loop_;
  Watched* previous_ = nullptr;
  Watched* next_ = nullptr;
};

class LoopCore {
 public:
  // Milliseconds of a clock that never goes back, at most kTickMs old.
  std::int64_t now_ms() const { return now_ms_; }
  std::int64_t after_ms(std::int64_t ms) const { return now_ms_ + ms; }
  // "Date: Tue, 05 May 2026 09:30:00 GMT\r\n"
  std::string_view date_field() const { return {date_field_, sizeof date_field_}; }

 protected:
  LoopCore();
  ~LoopCore() = default;
  void read_clock();
  void tick();
  void end_watched();

 private:
  friend class Watched;
  std::int64_t now_ms_ = 0;
  std::int64_t date_second_ = -1;
  char date_field_[37];
  Watched* first_ = nullptr;
  Watched* cursor_ = nullptr;  // the next one to be told, while telling
};

LoopCore& core_of(Loop& loop);

}  // namespace latchkey::net
