// For tests: a real redis-server of their own, on a socket in a folder of its own or on a loopback port, and what is asked of it
// beside the code under test.
//
//   RedisProcess redis;                         // running, empty
//   redis.command("SCRIPT FLUSH");
//   redis.stop_answering(); redis.answer_again();   // SIGSTOP, SIGCONT
//   redis.kill(); redis.start();
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "redis/server.h"

namespace latchkey::redis {

class RedisProcess {
 public:
  // With `port`, on that of 127.0.0.1; 0: on a socket. `options` are added to the command line.
  explicit RedisProcess(int port = 0, std::vector<std::string> options = {});
  ~RedisProcess();
  RedisProcess(const RedisProcess&) = delete;
  RedisProcess& operator=(const RedisProcess&) = delete;

  void start();
  void kill();
  void stop_answering();
  void answer_again();
  // Words are parted by blanks. What is answered, as text; lists joined by blanks.
  std::string command(std::string_view text) const;
  std::string command(const std::vector<std::string>& words) const;

  const Server& server() const { return server_; }
  const std::string& folder() const { return folder_; }
  int port() const { return port_; }
  static int free_port();

 private:
  const int port_;
  const std::vector<std::string> options_;
  std::string folder_;
  Server server_;
  int process_ = -1;
};

// Until it is so, for at most ten seconds.
bool comes_true(const std::function<bool()>& condition);

}  // namespace latchkey::redis
