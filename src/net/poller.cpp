#include "net/poller.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "base/check.h"

namespace latchkey::net {

Poller::Poller(asio::io_context& io) : io_(io), epoll_(io) {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  LK_CHECK(descriptor >= 0);
  epoll_.assign(descriptor);
  wait();
}

bool Poller::watch(int descriptor, Target& target) {
  epoll_event event{.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.ptr = &target}};
  return ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Poller::tell_again(Target& target) {
  if (target.is_waiting_) return;
  target.is_waiting_ = true;
  waiting_.push_back(&target);
  if (is_turn_posted_) return;
  is_turn_posted_ = true;
  asio::post(io_, [this] {
    is_turn_posted_ = false;
    turn();
  });
}

// Events that were fetched already may name it.
void Poller::forget(Target& target) {
  for (std::size_t i = next_; i < count_; ++i) {
    if (events_[i].data.ptr == &target) events_[i].data.ptr = nullptr;
  }
  if (!target.is_waiting_) return;
  std::erase(waiting_, &target);
  std::ranges::replace(telling_, &target, nullptr);
}

void Poller::wait() {
  epoll_.async_wait(asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    turn();
    wait();
  });
}

void Poller::turn() {
  tell_waiting();
  for (int round = 0; round < kMaxRounds; ++round) {
    if (tell_ready() < kBusy) break;
  }
}

std::size_t Poller::tell_ready() {
  const int ready = ::epoll_wait(epoll_.native_handle(), events_.data(), kMaxEvents, 0);
  if (ready <= 0) return 0;
  count_ = static_cast<std::size_t>(ready);
  for (next_ = 0; next_ < count_;) {
    const epoll_event& event = events_[next_++];
    if (next_ < count_) __builtin_prefetch(events_[next_].data.ptr);
    if (event.data.ptr != nullptr) static_cast<Target*>(event.data.ptr)->on_ready(event.events);
  }
  return std::exchange(count_, 0);
}

void Poller::tell_waiting() {
  telling_.swap(waiting_);
  for (std::size_t i = 0; i < telling_.size(); ++i) {
    Target* const target = telling_[i];
    if (target == nullptr) continue;
    target->is_waiting_ = false;
    telling_[i] = nullptr;
    target->on_ready(0);
  }
  telling_.clear();
}

}  // namespace latchkey::net
