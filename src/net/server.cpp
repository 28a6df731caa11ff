#include "net/server.h"

#include <chrono>

#include "net/listener.h"
#include "net/shard.h"

namespace latchkey::net {

// A place for each loop's shard, which is made, used and unmade on that loop's thread alone.
struct ShardPlaces {
  std::vector<std::shared_ptr<Shard>> places;
};

struct Server::Impl {
  std::shared_ptr<ServerCore> core = std::make_shared<ServerCore>();
  std::shared_ptr<ShardPlaces> shards = std::make_shared<ShardPlaces>();
  std::vector<Loop*> loops;
  std::uint16_t port = 0;

  void on_each_loop(const std::function<void(std::shared_ptr<Shard>&)>& act) {
    for (std::size_t i = 0; i < loops.size(); ++i) {
      loops[i]->post([all = shards, i, act] {
        if (all->places[i]) act(all->places[i]);
      });
    }
  }
};

Server::Server(ListenOptions options, Handler handler) : impl_(std::make_unique<Impl>()) {
  impl_->core->options = std::move(options);
  impl_->core->handler = std::move(handler);
}

Server::~Server() = default;

Result<void> Server::listen(const std::vector<Loop*>& loops) {
  const ListenOptions& options = impl_->core->options;
  if (options.tls) {
    LK_ASSIGN(impl_->core->tls, TlsContext::for_server(*options.tls));
  }
  LK_ASSIGN(Listening listening, open_listening(options.address, options.port, loops.size()));
  impl_->port = listening.port;
  impl_->loops = loops;
  impl_->core->listening = loops.size();
  impl_->core->counters = std::vector<ShardCounters>(loops.size());
  impl_->shards->places.resize(loops.size());
  for (std::size_t i = 0; i < loops.size(); ++i) {
    auto socket = std::make_shared<Descriptor>(std::move(listening.sockets[i]));
    loops[i]->post([core = impl_->core, all = impl_->shards, i, socket, loop = loops[i]] {
      all->places[i] = std::make_shared<Shard>(*loop, core, i);
      all->places[i]->listen(socket->release());
    });
  }
  return {};
}

std::uint16_t Server::port() const { return impl_->port; }

void Server::drain(std::int64_t max_ms) {
  ServerCore& core = *impl_->core;
  impl_->on_each_loop([](std::shared_ptr<Shard>& shard) { shard->drain(); });
  const auto quiet = [&core] { return core.listening == 0 && core.open_connections.load(std::memory_order_acquire) == 0; };
  std::unique_lock lock(core.mutex);
  if (!core.changed.wait_for(lock, std::chrono::milliseconds(max_ms), quiet)) {
    lock.unlock();
    impl_->on_each_loop([](std::shared_ptr<Shard>& shard) { shard->abort_all(); });
    lock.lock();
    // A handler that waits for something else notices its end when it answers; that is not waited for.
    core.changed.wait_for(lock, std::chrono::milliseconds(1'000), quiet);
  }
  lock.unlock();
  impl_->on_each_loop([](std::shared_ptr<Shard>& shard) { shard.reset(); });
}

ServerCounters Server::counters() const {
  ServerCounters out;
  for (const ShardCounters& shard : impl_->core->counters) {
    out.accepted += shard.accepted.read();
    out.refused_connections += shard.refused.read();
    out.requests += shard.requests.read();
    out.bad_requests += shard.bad_requests.read();
  }
  out.open_connections = impl_->core->open_connections.load(std::memory_order_relaxed);
  return out;
}

Task<Result<std::string>> read_whole_body(Exchange& exchange, std::size_t max_bytes) {
  std::string whole;
  // A caller's promise is believed up to a point.
  constexpr std::uint64_t kReservedBytes = 64 * 1024;
  whole.reserve(static_cast<std::size_t>(std::min(exchange.content_length().value_or(0), kReservedBytes)));
  for (;;) {
    const auto part = co_await exchange.read_body(max_bytes);
    if (!part) co_return std::unexpected(part.error());
    if (part->empty()) co_return whole;
    whole += *part;
  }
}

}  // namespace latchkey::net
