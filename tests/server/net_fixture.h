// For tests over real sockets: a server on its own loops, and both ends of a connection as raw bytes. Every wait for the
// other side ends with a failed test instead of hanging.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/descriptor.h"
#include "net/loop.h"
#include "net/server.h"

namespace latchkey::net {

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  // The field's value, or empty.
  std::string field(std::string_view name) const;
};

// A blocking connection.
class RawConnection {
 public:
  explicit RawConnection(Descriptor descriptor);
  static RawConnection to(std::uint16_t port);

  void send(std::string_view bytes);
  // False when the other side has gone before all was sent.
  bool try_send(std::string_view bytes);
  void finish_sending();
  // What comes next, at least one byte; empty at the end and after a reset.
  std::string read_some();
  std::string read_exactly(std::size_t bytes);
  // Up to and including `end`.
  std::string read_to(std::string_view end);
  std::string read_all();
  // A whole answer; the body as its framing says.
  Answer read_answer(bool to_head_request = false);
  Answer ask(std::string_view request) {
    send(request);
    return read_answer();
  }
  bool was_reset() const { return was_reset_; }
  void close_with_reset();
  int descriptor() const { return descriptor_.get(); }

 private:
  bool fill();
  Descriptor descriptor_;
  std::string ahead_;  // read, not yet taken
  bool was_reset_ = false;
};

// A port of our own, whose connections the test answers by hand.
class RawServer {
 public:
  RawServer();
  std::uint16_t port() const { return port_; }
  RawConnection accept();
  void stop_listening() { descriptor_ = Descriptor(); }

 private:
  Descriptor descriptor_;
  std::uint16_t port_ = 0;
};

// Loops on threads; stopped and joined at the end, or earlier.
class Loops {
 public:
  explicit Loops(int count = 1);
  ~Loops() { stop(); }
  void stop();
  std::vector<Loop*> all();
  Loop& first() { return *loops_.front(); }

 private:
  std::vector<std::unique_ptr<Loop>> loops_;
  std::vector<std::thread> threads_;
};

class ServerUnderTest {
 public:
  explicit ServerUnderTest(Handler handler, ListenLimits limits = {}, int loops = 1, std::optional<TlsFiles> tls = {});
  std::uint16_t port() const { return server.port(); }
  RawConnection connect() const { return RawConnection::to(server.port()); }

  Server server;
  Loops loops;  // stopped before the server dies
};

// Runs the task on the loop and waits for its value.
template <class T>
T run_on(Loop& loop, std::function<Task<T>()> make) {
  std::promise<T> done;
  loop.post([&] {
    detach([](std::function<Task<T>()> task, std::promise<T>& out) -> Task<void> { out.set_value(co_await task()); }(make, done));
  });
  return done.get_future().get();
}

inline const std::string kGet = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";

// Answers "METHOD target" and what the body was.
Task<void> echo(Exchange& exchange);

}  // namespace latchkey::net
