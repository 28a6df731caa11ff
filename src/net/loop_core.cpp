#include "net/loop_core.h"

#include <fmt/core.h>

#include <chrono>
#include <cstring>

#include "base/clock.h"

namespace latchkey::net {

Watched::Watched(LoopCore& loop) : loop_(&loop), next_(loop.first_) {
  if (next_ != nullptr) next_->previous_ = this;
  loop.first_ = this;
}

Watched::~Watched() {
  if (loop_ == nullptr) return;
  if (loop_->cursor_ == this) loop_->cursor_ = next_;
  if (next_ != nullptr) next_->previous_ = previous_;
  (previous_ != nullptr ? previous_->next_ : loop_->first_) = next_;
}

LoopCore::LoopCore() { read_clock(); }

void LoopCore::read_clock() {
  const SystemClock clock;
  now_ms_ = clock.steady_ns() / 1'000'000;
  const std::int64_t second = clock.now().unix_ms / 1000;
  if (second == date_second_) return;
  date_second_ = second;
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds time{std::chrono::seconds{second}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock_time{time - day};
  fmt::format_to_n(date_field_, sizeof date_field_, "Date: {}, {:02} {} {:04} {:02}:{:02}:{:02} GMT\r\n",
                   kDays[std::chrono::weekday{day}.c_encoding()], unsigned(date.day()), kMonths[unsigned(date.month()) - 1],
                   int(date.year()), clock_time.hours().count(), clock_time.minutes().count(), clock_time.seconds().count());
}

void LoopCore::tick() {
  read_clock();
  for (Watched* watched = first_; watched != nullptr; watched = cursor_) {
    cursor_ = watched->next_;
    watched->on_tick(now_ms_);
  }
}

// Those that outlive the loop no longer know it.
void LoopCore::end_watched() {
  for (Watched* watched = first_; watched != nullptr; watched = cursor_) {
    cursor_ = watched->next_;
    watched->on_loop_end();
  }
  while (first_ != nullptr) {
    Watched* watched = std::exchange(first_, first_->next_);
    watched->loop_ = nullptr;
  }
}

}  // namespace latchkey::net
