#include "net/shard.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/id.h"
#include "net/connection.h"
#include "net/listener.h"
#include "net/plain_stream.h"

namespace latchkey::net {
namespace {

Task<void> serve_plain(std::shared_ptr<Shard> shard, Ref<Stream> stream, Peer peer) {
  Connection connection(*shard, std::move(stream), peer);
  co_await connection.run();
}

Task<void> serve_tls(std::shared_ptr<Shard> shard, Ref<TlsStream> stream, Peer peer) {
  Connection connection(*shard, stream, peer);
  const std::int64_t deadline = shard->clock().after_ms(shard->server().options.limits.head_timeout_ms);
  if (co_await stream->handshake(deadline)) co_await connection.run();
}

}  // namespace

Shard::Shard(Loop& loop, std::shared_ptr<ServerCore> core, std::size_t index)
    : Watched(core_of(loop)), loop_(loop), clock_(core_of(loop)), core_(std::move(core)), index_(index) {}

Shard::~Shard() = default;

void Shard::listen(int descriptor) {
  listening_ = true;
  listener_ = make_listener(loop_, descriptor, [this](int accepted, const Peer& peer) { accept(accepted, peer); });
}

void Shard::stop_listening() {
  if (!listening_) return;
  listening_ = false;
  listener_->close();
  const std::lock_guard lock(core_->mutex);
  --core_->listening;
  core_->changed.notify_all();
}

void Shard::accept(int descriptor, const Peer& from) {
  if (core_->open_connections.load(std::memory_order_relaxed) >= core_->options.limits.max_connections) {
    counters().refused.add();
    ::close(descriptor);
    return;
  }
  counters().accepted.add();
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  Peer peer = from;
  peer.tls = core_->tls != nullptr;
  if (peer.tls) {
    detach(serve_tls(shared_from_this(), make_tls_server_stream(loop_, descriptor, *core_->tls), peer));
  } else {
    detach(serve_plain(shared_from_this(), make_plain_stream(loop_, descriptor), peer));
  }
}

void Shard::enter(Connection& connection) {
  core_->open_connections.fetch_add(1, std::memory_order_relaxed);
  connection.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &connection;
  first_ = &connection;
}

void Shard::leave(Connection& connection) {
  if (connection.next_ != nullptr) connection.next_->previous_ = connection.previous_;
  (connection.previous_ != nullptr ? connection.previous_->next_ : first_) = connection.next_;
  if (connection.flush_queued_) std::erase(to_flush_, &connection);
  if (core_->open_connections.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    const std::lock_guard lock(core_->mutex);
    core_->changed.notify_all();
  }
}

void Shard::drain() {
  draining_ = true;
  stop_listening();
  for (Connection* connection = first_; connection != nullptr; connection = connection->next_) connection->end_if_idle();
}

void Shard::abort_all() {
  for (Connection* connection = first_; connection != nullptr; connection = connection->next_) connection->abort_now();
}

void Shard::flush_soon(Connection& connection) {
  if (!connection.flush_queued_) {
    connection.flush_queued_ = true;
    to_flush_.push_back(&connection);
  }
  if (flush_posted_) return;
  flush_posted_ = true;
  loop_.post([self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush_waiting();
  });
}

void Shard::flush_waiting() {
  std::erase_if(to_flush_, [](Connection* connection) {
    connection->flush_queued_ = !connection->flush_now();
    return !connection->flush_queued_;
  });
}

// What a full socket did not take at the end of the turn is tried again.
void Shard::on_tick(std::int64_t) {
  if (!to_flush_.empty()) flush_waiting();
}

std::string Shard::make_request_id() {
  Uuid bytes;
  random_.fill(bytes);
  return "req_" + uuid_to_hex(bytes);
}

}  // namespace latchkey::net
