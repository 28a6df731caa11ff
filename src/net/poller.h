// Tells plain sockets of a loop that they are ready, by an epoll instance of the loop's own. The network library would ask
// each socket once more than needed (a recv() that finds nothing) before it waits, and passes a lock and a queue for each that
// is ready; here a request on a kept connection costs one recv() and one send(), and a wait is shared by all that are ready.
// The library waits for this instance as if it were one socket, so that timers, posts and TLS go on as they are.
//
//   class Mine : public Poller::Target { void on_ready(std::uint32_t events) override; };
//   poller.watch(descriptor, mine);    // edges: told once of each change, so read until there is nothing more
//   poller.tell_again(mine);           // on_ready(0) in the next turn
//   poller.forget(mine);               // before it dies; closing the descriptor ends the watch
//
// On its loop's thread only.
#pragma once
#include <sys/epoll.h>

#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <cstdint>
#include <vector>

#include "net/asio.h"

namespace latchkey::net {

class Poller {
 public:
  class Target {
   public:
    virtual ~Target() = default;
    // EPOLLIN and the like. Others may be told, forgotten and die meanwhile.
    virtual void on_ready(std::uint32_t events) = 0;

   private:
    friend class Poller;
    bool is_waiting_ = false;  // to be told again
  };

  explicit Poller(asio::io_context& io);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // False if the kernel has no room for it.
  bool watch(int descriptor, Target& target);
  void tell_again(Target& target);
  void forget(Target& target);

 private:
  static constexpr std::size_t kMaxEvents = 256;
  static constexpr int kMaxRounds = 4;     // before timers and others have their turn
  static constexpr std::size_t kBusy = 8;  // after so many ready at once, more are expected

  void wait();
  void turn();
  std::size_t tell_ready();
  void tell_waiting();

  asio::io_context& io_;
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> epoll_;
  std::array<epoll_event, kMaxEvents> events_;
  std::size_t next_ = 0, count_ = 0;  // of events_, while telling
  std::vector<Target*> waiting_;
  std::vector<Target*> telling_;  // those of waiting_ whose turn it is; null once forgotten
  bool is_turn_posted_ = false;
};

Poller& poller_of(Loop& loop);

}  // namespace latchkey::net
