// A server's part on one loop: its listener and connections there. Everything in it belongs to that loop's thread; what
// the shards of a server share, and what others may read, is in ServerCore.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/random.h"
#include "net/loop_core.h"
#include "net/ref.h"
#include "net/server.h"
#include "net/tls.h"

namespace latchkey::net {

class Connection;
class Listener;

// Written by one thread, read by any.
class Counter {
 public:
  void add() { value_.store(value_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed); }
  std::uint64_t read() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

struct alignas(64) ShardCounters {
  Counter accepted, refused, requests, bad_requests;
};

struct ServerCore {
  // Constant once the server listens.
  ListenOptions options;
  Handler handler;
  std::unique_ptr<TlsContext> tls;
  std::vector<ShardCounters> counters;  // one per shard

  // For drain(): whoever makes one of them zero wakes the waiting thread.
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t listening = 0;  // shards that still accept; guarded by mutex
  std::atomic<std::uint64_t> open_connections = 0;
};

class Shard final : public Watched, public std::enable_shared_from_this<Shard> {
 public:
  Shard(Loop& loop, std::shared_ptr<ServerCore> core, std::size_t index);
  ~Shard() override;

  Loop& loop() { return loop_; }
  LoopCore& clock() { return clock_; }
  const ServerCore& server() const { return *core_; }
  ShardCounters& counters() { return core_->counters[index_]; }

  // Takes over a listening socket.
  void listen(int descriptor);
  // Takes over a connected socket.
  void accept(int descriptor, const Peer& peer);

  void enter(Connection& connection);
  void leave(Connection& connection);

  // Accepts no more. Idle connections end, the others after their answer.
  void drain();
  bool is_draining() const { return draining_; }
  void abort_all();

  // The connection's held-back bytes leave at the end of this turn, unless something else sends them first.
  void flush_soon(Connection& connection);
  // A token for an answer that the server writes by itself.
  std::string make_request_id();

  void on_tick(std::int64_t now_ms) override;
  void on_loop_end() override { stop_listening(); }

 private:
  void flush_waiting();
  void stop_listening();

  Loop& loop_;
  LoopCore& clock_;
  const std::shared_ptr<ServerCore> core_;
  const std::size_t index_;
  SystemRandom random_;
  Ref<Listener> listener_;
  Connection* first_ = nullptr;
  std::vector<Connection*> to_flush_;
  bool flush_posted_ = false;
  bool listening_ = false;
  bool draining_ = false;
};

}  // namespace latchkey::net
