#include "net/connect.h"

#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/ip/basic_resolver.hpp>
#include <vector>

#include "net/asio.h"
#include "net/loop_core.h"
#include "net/ref.h"

namespace latchkey::net {
namespace {

using Resolver = asio::ip::basic_resolver<asio::ip::tcp, asio::io_context::executor_type>;

// One attempt to connect; shared by the waiting coroutine and the operations under way.
class Attempt final : public Counted, public Watched {
 public:
  Attempt(Loop& loop, std::string host, std::uint16_t port, std::int64_t timeout_ms)
      : Watched(core_of(loop)),
        clock_(core_of(loop)),
        host_(std::move(host)),
        port_(port),
        deadline_ms_(clock_.after_ms(timeout_ms)),
        resolver_(std::in_place, io_of(loop)),
        socket_(std::in_place, io_of(loop)) {}

  void begin(std::coroutine_handle<> waiter) {
    waiter_ = waiter;
    boost::system::error_code not_literal;
    const auto literal = asio::ip::make_address(host_, not_literal);
    step_deadline_ms_ = deadline_ms_;
    if (!not_literal) {
      addresses_.emplace_back(literal, port_);
      return connect_next();
    }
    resolver_->async_resolve(host_, std::to_string(port_), Resolver::numeric_service,
                             [self = Ref<Attempt>(this)](const boost::system::error_code& error, const Resolver::results_type& found) {
                               self->resolved(error, found);
                             });
  }
  // The coroutine is gone.
  void give_up() {
    waiter_ = {};
    if (resolver_) resolver_->cancel();
    boost::system::error_code ignored;
    if (socket_) socket_->close(ignored);
  }
  Result<Descriptor> take() { return std::move(result_); }

  void on_tick(std::int64_t now_ms) override {
    if (!waiter_ || now_ms < step_deadline_ms_) return;
    if (!is_resolved_) return end(late());
    late_ = true;
    boost::system::error_code ignored;
    socket_->cancel(ignored);
  }
  void on_loop_end() override {
    resolver_.reset();
    socket_.reset();
  }

 private:
  std::unexpected<Error> late() const {
    return fail(ErrorCode::kTimeout, fmt::format("Connecting to {} port {} took too long.", host_, port_));
  }
  void resolved(const boost::system::error_code& error, const Resolver::results_type& found) {
    if (!waiter_) return;
    is_resolved_ = true;
    if (error) return end(fail(ErrorCode::kUnavailable, fmt::format("The name {} cannot be resolved.", host_), error.message()));
    for (const auto& entry : found) addresses_.push_back(entry.endpoint());
    connect_next();
  }
  // Each address gets its share of the time that is left, so that a silent one does not keep the next from its turn.
  void connect_next() {
    is_resolved_ = true;
    const asio::ip::tcp::endpoint to = addresses_[next_++];
    const auto left = static_cast<std::int64_t>(addresses_.size() - next_ + 1);
    step_deadline_ms_ = clock_.now_ms() + (deadline_ms_ - clock_.now_ms()) / left;
    late_ = false;
    boost::system::error_code ignored;
    socket_->close(ignored);
    socket_->async_connect(to, [self = Ref<Attempt>(this)](const boost::system::error_code& error) { self->connected(error); });
  }
  void connected(const boost::system::error_code& error) {
    if (!waiter_) return;
    if (!error) {
      boost::system::error_code released_error;
      Descriptor descriptor(socket_->release(released_error));
      if (released_error) return end(fail(ErrorCode::kUnavailable, "A connection could not be set up.", released_error.message()));
      const int on = 1;
      ::setsockopt(descriptor.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return end(std::move(descriptor));
    }
    if (next_ < addresses_.size()) return connect_next();
    if (late_) return end(late());
    end(fail(ErrorCode::kUnavailable, fmt::format("Nothing can be reached at {} port {}: {}.", host_, port_, error.message())));
  }
  void end(Result<Descriptor> result) {
    result_ = std::move(result);
    std::exchange(waiter_, {}).resume();
  }

  LoopCore& clock_;
  const std::string host_;
  const std::uint16_t port_;
  const std::int64_t deadline_ms_;
  std::optional<Resolver> resolver_;  // these two are empty once the loop has ended
  std::optional<Socket> socket_;
  std::vector<asio::ip::tcp::endpoint> addresses_;
  std::size_t next_ = 0;
  std::int64_t step_deadline_ms_ = kNever;
  bool is_resolved_ = false;
  bool late_ = false;
  std::coroutine_handle<> waiter_;
  Result<Descriptor> result_;
};

// Not an aggregate: g++ 12 destroys an aggregate twice when it is a temporary in a co_await.
class AttemptAwaiter {
 public:
  explicit AttemptAwaiter(Ref<Attempt> attempt) : attempt_(std::move(attempt)) {}
  AttemptAwaiter(const AttemptAwaiter&) = delete;
  AttemptAwaiter& operator=(const AttemptAwaiter&) = delete;
  ~AttemptAwaiter() { attempt_->give_up(); }
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) { attempt_->begin(waiter); }
  Result<Descriptor> await_resume() { return attempt_->take(); }

 private:
  Ref<Attempt> attempt_;
};

}  // namespace

Task<Result<Descriptor>> connect_tcp(Loop& loop, std::string host, std::uint16_t port, std::int64_t timeout_ms) {
  co_return co_await AttemptAwaiter(Ref<Attempt>(new Attempt(loop, std::move(host), port, timeout_ms)));
}

}  // namespace latchkey::net
