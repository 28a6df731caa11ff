#include "net/upstream.h"

#include <fmt/core.h>

#include <vector>

#include "net/client_connection.h"
#include "net/connect.h"
#include "net/plain_stream.h"
#include "net/tls.h"

namespace latchkey::net {
namespace {

struct IdleConnection {
  std::unique_ptr<ClientConnection> connection;
  std::int64_t since_ms;
};

}  // namespace

struct UpstreamPool::Impl : std::enable_shared_from_this<UpstreamPool::Impl> {
  Impl(Url to, UpstreamLimits with) : url(std::move(to)), limits(with) {}

  const Url url;
  const UpstreamLimits limits;
  std::unique_ptr<TlsContext> tls;
  std::vector<IdleConnection> idle;  // the one used last is at the end
  std::size_t open = 0;              // idle and in use
  bool closed = false;

  // Looks after idle connections; made on the loop that the pool turns out to live on.
  struct Expiry final : Watched {
    Expiry(LoopCore& core, Impl& owner) : Watched(core), clock(core), pool(owner) {}
    void on_tick(std::int64_t now_ms) override { pool.drop_idle_since(now_ms - pool.limits.idle_timeout_ms); }
    void on_loop_end() override { pool.drop_idle_since(kNever); }
    LoopCore& clock;
    Impl& pool;
  };
  std::unique_ptr<Expiry> expiry;

  void drop_idle_since(std::int64_t latest_ms) {
    const auto kept = std::find_if(idle.begin(), idle.end(), [&](const IdleConnection& c) { return c.since_ms > latest_ms; });
    open -= static_cast<std::size_t>(kept - idle.begin());
    idle.erase(idle.begin(), kept);
  }

  std::unique_ptr<ClientConnection> take_idle() {
    while (!idle.empty()) {
      std::unique_ptr<ClientConnection> connection = std::move(idle.back().connection);
      idle.pop_back();
      if (connection->is_quiet()) return connection;
      --open;
    }
    return nullptr;
  }

  void give_back(std::unique_ptr<ClientConnection> connection) {
    if (closed || !connection->is_reusable() || idle.size() >= limits.max_idle) {
      --open;
      return;
    }
    connection->prepare_reuse();
    idle.push_back({std::move(connection), expiry->clock.now_ms()});
  }

  // Counts one open connection from here on, unless it fails.
  Task<Result<std::unique_ptr<ClientConnection>>> connect() {
    ++open;
    auto connection = co_await connect_uncounted();
    if (!connection) --open;
    co_return connection;
  }

  Task<Result<std::unique_ptr<ClientConnection>>> connect_uncounted() {
    Loop& loop = Loop::current();
    const std::int64_t deadline_ms = expiry->clock.after_ms(limits.connect_timeout_ms);
    if (url.tls && !tls) {
      auto made = TlsContext::for_client();
      if (!made) co_return std::unexpected(made.error());
      tls = std::move(*made);
    }
    Result<Descriptor> descriptor = co_await connect_tcp(loop, url.host, url.port, limits.connect_timeout_ms);
    if (!descriptor) co_return std::unexpected(descriptor.error());
    LoopCore& clock = expiry->clock;
    if (!url.tls) {
      co_return std::make_unique<ClientConnection>(clock, make_plain_stream(loop, descriptor->release()), url, limits);
    }
    const Ref<TlsStream> stream = make_tls_client_stream(loop, descriptor->release(), *tls, url.host);
    const Result<void> agreed = co_await stream->handshake(deadline_ms);
    if (!agreed) {
      co_return fail(agreed.error().code, fmt::format("No secure connection to {}: {}.", url.authority(), agreed.error().message),
                     agreed.error().detail);
    }
    co_return std::make_unique<ClientConnection>(clock, stream, url, limits);
  }
};

namespace {

class PooledCall final : public UpstreamCall {
 public:
  PooledCall(std::shared_ptr<UpstreamPool::Impl> pool, std::unique_ptr<ClientConnection> connection, bool reused)
      : pool_(std::move(pool)), connection_(std::move(connection)), reused_(reused) {}
  ~PooledCall() override { pool_->give_back(std::move(connection_)); }

  bool reused() const override { return reused_; }
  Task<Result<void>> send_head(std::string_view method, std::string_view target, const std::vector<Header>& headers,
                               BodyFraming framing) override {
    return connection_->send_head(method, target, headers, framing);
  }
  Task<Result<void>> write_body(std::string_view part) override { return connection_->write_body(part); }
  Task<Result<void>> finish_body() override { return connection_->finish_body(); }
  Task<Result<const ResponseHead*>> read_head() override { return connection_->read_head(); }
  std::optional<std::uint64_t> content_length() const override { return connection_->content_length(); }
  Task<Result<std::string_view>> read_body() override { return connection_->read_body(); }

 private:
  std::shared_ptr<UpstreamPool::Impl> pool_;
  std::unique_ptr<ClientConnection> connection_;
  bool reused_;
};

Task<Result<std::unique_ptr<UpstreamCall>>> open_call(std::shared_ptr<UpstreamPool::Impl> pool, bool fresh) {
  if (!pool->expiry) pool->expiry = std::make_unique<UpstreamPool::Impl::Expiry>(core_of(Loop::current()), *pool);
  if (!fresh) {
    if (auto connection = pool->take_idle()) co_return std::make_unique<PooledCall>(pool, std::move(connection), true);
  }
  // A connection that nobody uses makes way for one that is wanted.
  if (pool->open >= pool->limits.max_open && !pool->idle.empty()) pool->drop_idle_since(pool->idle.front().since_ms);
  if (pool->open >= pool->limits.max_open) {
    co_return fail(ErrorCode::kUnavailable, "Too many connections to the upstream are open already.");
  }
  auto connection = co_await pool->connect();
  if (!connection) co_return std::unexpected(connection.error());
  co_return std::make_unique<PooledCall>(pool, std::move(*connection), false);
}

}  // namespace

UpstreamPool::UpstreamPool(Url url, UpstreamLimits limits) : impl_(std::make_shared<Impl>(std::move(url), limits)) {}

UpstreamPool::~UpstreamPool() {
  impl_->closed = true;
  impl_->drop_idle_since(kNever);
}

Task<Result<std::unique_ptr<UpstreamCall>>> UpstreamPool::open(bool fresh) { return open_call(impl_, fresh); }

}  // namespace latchkey::net
