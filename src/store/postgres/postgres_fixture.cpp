#include "store/postgres/postgres_fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include "base/check.h"

namespace latchkey::store::postgres {
namespace {

constexpr int kStartTries = 600;
constexpr int kStartRestMs = 50;

// PostgreSQL refuses to run as root.
const passwd* other_user() {
  if (::geteuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

// Where Debian has it; elsewhere on the path.
std::string program(const std::string& name) {
  std::error_code ignored;
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    const auto path = version.path() / "bin" / name;
    if (std::filesystem::exists(path)) return path.string();
  }
  return name;
}

pid_t spawn(std::vector<std::string> command, const std::string& log) {
  const passwd* user = other_user();
  std::vector<char*> arguments;
  for (std::string& argument : command) arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  LK_CHECK(child >= 0);
  if (child > 0) return child;
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  ::dup2(out, 1);
  ::dup2(out, 2);
  if (user != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) {
    ::_exit(1);
  }
  // Whatever becomes of the test, its server goes with it.
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};

}  // namespace

TestServer& TestServer::shared() {
  static TestServer server;
  return server;
}

TestServer::TestServer(Durability durability) : durability_(durability) {
  std::string pattern = (std::filesystem::temp_directory_path() / "latchkey-pg-XXXXXX").string();
  LK_CHECK(::mkdtemp(pattern.data()) != nullptr);
  directory_ = pattern;
  if (const passwd* user = other_user()) LK_CHECK(::chown(pattern.c_str(), user->pw_uid, user->pw_gid) == 0);
  const pid_t made = spawn({program("initdb"), "-D", directory_ / "data", "-U", "latchkey", "-A", "trust", "-E", "UTF8",
                            "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
                           directory_ / "log");
  int status = 0;
  ::waitpid(made, &status, 0);
  LK_CHECK(status == 0);
  start();
}

TestServer::~TestServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void TestServer::start() {
  LK_CHECK(process_ == 0);
  for (int tries = 0; tries < kStartTries; ++tries) {
    // What a killed one left behind, processes that are about to notice above all, must be gone first.
    if (process_ == 0) process_ = launch();
    if (PQping(url("public").c_str()) == PQPING_OK) return;
    if (::waitpid(process_, nullptr, WNOHANG) == process_) process_ = 0;
    ::poll(nullptr, 0, kStartRestMs);
  }
  LK_CHECK(!"the server does not start");
}

pid_t TestServer::launch() const {
  const std::string directory = directory_.string();
  std::vector<std::string> command{program("postgres"), "-D", directory + "/data", "-k", directory};
  for (const char* setting : {"listen_addresses=", "max_connections=200", "log_min_messages=fatal"}) {
    command.insert(command.end(), {"-c", setting});
  }
  if (durability_ == Durability::kNone)
    command.insert(command.end(), {"-c", "fsync=off", "-c", "full_page_writes=off"});
  return spawn(std::move(command), directory + "/log");
}

// The others end when they notice.
void TestServer::kill() {
  if (process_ == 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

std::string TestServer::url(const std::string& schema) const {
  return fmt::format("postgres:///postgres?host={}&user=latchkey&options=-csearch_path%3D{}", directory_.string(),
                     schema);
}

void TestServer::run(const std::string& sql, const std::string& schema) const {
  const std::unique_ptr<PGconn, Finish> connection(PQconnectdb(url(schema).c_str()));
  PGresult* result = PQexec(connection.get(), sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  PQclear(result);
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
  std::fprintf(stderr, "%s\n", PQerrorMessage(connection.get()));
  LK_CHECK(!"the test server refused a statement");
}

TestDatabase::TestDatabase(TestServer& server) : server_(server) {
  static std::atomic<int> made{0};
  name_ = fmt::format("test{}", ++made);
  server_.run("CREATE SCHEMA " + name_);
}

TestDatabase::~TestDatabase() { server_.run("SET client_min_messages = error; DROP SCHEMA " + name_ + " CASCADE"); }

Settings TestDatabase::settings() const {
  auto settings = Settings::parse(Secret::copy_of(url()));
  LK_CHECK(settings.has_value());
  return std::move(*settings);
}

}  // namespace latchkey::store::postgres
