#include "store/postgres/feed_bell.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/log.h"

namespace latchkey::store::postgres {
namespace {

constexpr std::int64_t kRestBetweenTriesNs = 1'000'000'000;
constexpr std::string_view kAwait = "await ";

struct Free {
  void operator()(PGnotify* notification) const { PQfreemem(notification); }
};

}  // namespace

FeedBell::FeedBell(Settings settings)
    : settings_(std::move(settings)), woken_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  LK_CHECK(woken_ >= 0);
}

FeedBell::~FeedBell() { ::close(woken_); }

void FeedBell::wake() {
  ::eventfd_write(woken_, 1);
}

Rung FeedBell::wait(std::int64_t timeout_ms) {
  if (settings_.notify && (!session_ || !session_->alive())) connect();
  const bool listening = session_ && session_->alive();
  Rung rung = listening ? take_rung() : Rung{};
  if (rung.changed || rung.awaited != 0 || rung.confirmed) return rung;
  if (listening) {
    if (const auto heard = session_->listen(timeout_ms, woken_); !heard) {
      log::warn("store.bell_lost", {{"detail", heard.error().detail}});
      session_.reset();
    }
    if (session_) rung = take_rung();
  } else {
    pollfd waited{.fd = woken_, .events = POLLIN, .revents = 0};
    ::poll(&waited, 1, static_cast<int>(timeout_ms));
  }
  eventfd_t times = 0;
  ::eventfd_read(woken_, &times);
  return rung;
}

// What was said before somebody listened is not heard; so whoever waits looks by itself as well.
void FeedBell::connect() {
  session_.reset();
  const std::int64_t now_ns = clock_.steady_ns();
  if (tried_ns_ && now_ns - *tried_ns_ < kRestBetweenTriesNs) return;
  tried_ns_ = now_ns;
  auto session = Session::open(settings_);
  if (!session) return;
  if (const auto listening = (*session)->run("LISTEN latchkey_feed"); !listening) {
    log::warn("store.bell_silent", {{"detail", listening.error().detail}});
    return;
  }
  session_ = std::move(*session);
}

// All that was said since the last time, in one.
Rung FeedBell::take_rung() {
  Rung rung;
  while (const std::unique_ptr<PGnotify, Free> said{PQnotifies(session_->handle())}) {
    const std::string_view what = said->extra;
    if (what == "changed") rung.changed = true;
    if (what == "confirmed") rung.confirmed = true;
    if (!what.starts_with(kAwait)) continue;
    Sequence sequence = 0;
    std::from_chars(what.data() + kAwait.size(), what.data() + what.size(), sequence);
    rung.awaited = std::max(rung.awaited, sequence);
  }
  return rung;
}

}  // namespace latchkey::store::postgres
