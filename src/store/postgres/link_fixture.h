// For tests: a network between a client and the test server that fails when it matters most, around a commit.
//
//   TestLink link(server);
//   auto connection = Connection::open(link.settings(database.schema()));
//   link.at_next_commit(TestLink::Fate::kAnswerLost);
#pragma once
#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include "store/postgres/postgres_fixture.h"

namespace latchkey::store::postgres {

class TestLink {
 public:
  enum class Fate {
    kPass,
    kCommitLost,  // the connection breaks before the server hears of it
    kAnswerLost,  // it breaks once the server has answered
    kAnswerHeld,  // the answer never comes, though nothing breaks
  };
  explicit TestLink(TestServer& server);
  ~TestLink();
  TestLink(const TestLink&) = delete;
  TestLink& operator=(const TestLink&) = delete;

  Settings settings(const std::string& schema) const;
  // Of the next connection that commits; those that come after pass.
  void at_next_commit(Fate fate) { fate_ = fate; }
  // Whether connections reach the server at all.
  void let_through(bool open) { open_ = open; }

 private:
  struct Pair {
    int client = -1, server = -1;
    Fate fate = Fate::kPass;
  };
  void run();
  bool carry(Pair& pair, bool from_client);

  const std::filesystem::path directory_;  // under the server's
  const std::string server_socket_;
  int listening_ = -1;
  std::atomic<Fate> fate_{Fate::kPass};
  std::atomic<bool> open_{true};
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

}  // namespace latchkey::store::postgres
