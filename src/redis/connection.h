// One connection to a Redis server, that never blocks but to look a name up. Of one thread.
//
//   Connection connection(server, tls.get());
//   connection.open(address);
//   connection.send(command);
//   poll(connection.descriptor(), connection.events()) ...
//   if (!connection.handle(revents, [&](redisReply* reply) {...})) connection.error();   // broken: close() it
//
// With TLS, the server's certificate must be of its name, or of its address.
#pragma once
#include <hiredis/read.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "redis/server.h"

struct redisReply;
struct ssl_ctx_st;
struct ssl_st;

namespace latchkey::redis {

struct TlsContextFree {
  void operator()(ssl_ctx_st* context) const;
};
using TlsContext = std::unique_ptr<ssl_ctx_st, TlsContextFree>;
// Null for a server without TLS.
Result<TlsContext> make_tls_context(const Server& server);

class Connection {
 public:
  using Sink = std::function<void(const redisReply&)>;

  explicit Connection(ssl_ctx_st* tls) : tls_(tls) {}
  ~Connection() { close(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // False: it can't even be tried; see error().
  bool open(const Address& address);
  void close();
  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  short events() const;
  void send(std::string_view bytes) { out_.append(bytes); }
  std::size_t unsent() const { return out_.size(); }
  // Moves what can be moved. Replies go to the sink, in order; it must not close the connection. False: it is broken.
  bool handle(short revents, const Sink& sink);
  const std::string& error() const { return error_; }

 private:
  enum class Step { kConnecting, kHandshake, kReady };
  // What came of reading or writing: bytes, or why there are none.
  enum class Io { kDone, kAgain, kBroken };
  bool broken(std::string why);
  bool finish_connecting();
  bool shake_hands();
  bool flush();
  bool receive(const Sink& sink);
  Io read_some(char* bytes, std::size_t size, std::size_t& got);
  Io write_some(std::string_view bytes, std::size_t& sent);
  Io tls_result(int result);

  struct ReaderFree {
    void operator()(redisReader* reader) const;
  };
  struct TlsFree {
    void operator()(ssl_st* session) const;
  };

  ssl_ctx_st* const tls_;
  int descriptor_ = -1;
  Step step_ = Step::kConnecting;
  bool wants_write_ = false;  // of TLS
  std::unique_ptr<ssl_st, TlsFree> session_;
  std::unique_ptr<redisReader, ReaderFree> reader_;
  std::string out_;
  std::string error_;
};

}  // namespace latchkey::redis
