// Asks a Redis server, or a cluster of them, one script, again and again: a thread that sends what came meanwhile in one go
// and takes the answers as they come. Nobody who asks ever waits for it.
//
//   Client client(server, script, clock, {.every_ms = 50, .at_tick = [&] {...}});
//   LK_TRY(client.start());
//   if (client.is_up(slot) && client.ask(call)) ...   // call->answered(), late() or failed(), by the client's thread
//   client.stop();
//
// A call that is not answered within 50 ms is told that it is late, and its server is not up until it answers; a second
// later the connection is closed and made anew, and every call on it has failed, of which nobody knows whether it was done.
// At most 8,192 calls wait to be sent.
#pragma once
#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "redis/command.h"
#include "redis/node.h"
#include "redis/server.h"
#include "redis/slots.h"

namespace latchkey::redis {

class Client {
 public:
  static constexpr std::int64_t kLateNs = 50'000'000;
  static constexpr std::int64_t kDeadNs = 1'000'000'000;
  static constexpr std::size_t kMaxWaiting = 8'192;

  struct Ticks {
    std::int64_t every_ms = 50;
    std::function<void()> at_tick;  // by the client's thread; may ask
  };
  Client(const Server& server, std::string script, const Clock& clock, Ticks ticks);
  ~Client() { stop(); }

  Result<void> start();
  // Every call has been told something when it returns.
  void stop();

  // Whether the server of this slot answers.
  bool is_up(std::uint16_t slot) const { return up_[slot].load(std::memory_order_relaxed); }
  // Whether all do.
  bool is_all_up() const { return all_up_.load(std::memory_order_relaxed); }
  // False: too many wait; the call has been told nothing.
  bool ask(std::unique_ptr<Call>& call);

  // Since the start.
  std::uint64_t answered() const { return answered_.load(std::memory_order_relaxed); }
  std::uint64_t late() const { return late_.load(std::memory_order_relaxed); }
  std::uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }
  // Connections that broke, or did not come to be.
  std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }

 private:
  void run();
  void send_waiting();
  void send(Node& node, Pending pending);
  void look_after(std::int64_t now);
  void wait_for_events();
  void connect(Node& node, std::int64_t now);
  void give_up(Node& node, const std::string& why, std::int64_t now);
  void fail(std::unique_ptr<Call> call);
  void take_reply(Node& node, const redisReply& reply);
  void take_greeting(Node& node, Pending::Kind kind, const redisReply& reply);
  void take_error(Node& node, Pending pending, std::string_view error);
  void redirect(Pending pending, std::string_view error);
  void take_slots(const redisReply& reply);
  Node& node_at(const Address& address);
  Node* node_of(std::uint16_t slot);
  void ask_for_slots(std::int64_t now);
  void publish();
  std::string script_command(const Call& call, bool whole) const;

  const Server& server_;
  const std::string script_, sha_;
  const Clock& clock_;
  const Ticks ticks_;
  TlsContext tls_;
  int wake_ = -1;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Call>> waiting_;  // guarded by mutex_
  std::atomic<bool> stopping_{false};
  std::array<std::atomic<bool>, kSlots> up_{};
  std::atomic<bool> all_up_{false};
  std::atomic<std::uint64_t> answered_{0}, late_{0}, failed_{0}, failures_{0};
  std::thread thread_;

  // Of the client's thread. The first node is the one that was configured; of a cluster it is only asked for the others.
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<Node*> slots_;
  bool is_cluster_ = false;
  bool must_learn_ = false;  // that a slot lies elsewhere
  std::size_t seed_ = 0;
  std::int64_t learned_ns_ = 0, ticked_ns_ = 0, complained_ns_ = 0;
};

}  // namespace latchkey::redis
