// For tests: a real PostgreSQL server, started once for each test process in a directory of its own, reached over a socket
// in there, and gone with the process. A test whose server can't be started fails.
//
//   TestServer& server = TestServer::shared();
//   const TestDatabase database(server);             // empty, of its own; gone when it dies
//   auto connection = Connection::open(database.settings());
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>

#include "store/postgres/settings.h"

namespace latchkey::store::postgres {

class TestServer {
 public:
  // The one of this process; others are for tests that kill theirs.
  static TestServer& shared();
  enum class Durability { kNone, kFull };  // whether what is committed is on the disk
  explicit TestServer(Durability durability = Durability::kNone);
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  void start();
  void kill();  // as a power cut would, without fsync's part
  std::string url(const std::string& schema) const;
  const std::filesystem::path& directory() const { return directory_; }
  void run(const std::string& sql, const std::string& schema = "public") const;

 private:
  pid_t launch() const;

  const Durability durability_;
  std::filesystem::path directory_;
  pid_t process_ = 0;
};

// A schema of its own, which takes a fraction of what a database takes.
class TestDatabase {
 public:
  explicit TestDatabase(TestServer& server = TestServer::shared());
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  std::string url() const { return server_.url(name_); }
  const std::string& schema() const { return name_; }
  Settings settings() const;
  void run(const std::string& sql) const { server_.run(sql, name_); }

 private:
  TestServer& server_;
  std::string name_;
};

}  // namespace latchkey::store::postgres
