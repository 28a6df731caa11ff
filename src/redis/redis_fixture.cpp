#include "redis/redis_fixture.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/check.h"
#include "base/clock.h"

extern char** environ;

namespace latchkey::redis {
namespace {

constexpr std::int64_t kPatienceNs = 10'000'000'000;

struct ContextFree {
  void operator()(redisContext* context) const { redisFree(context); }
};
using Context = std::unique_ptr<redisContext, ContextFree>;

std::string text_of(const redisReply* reply) {
  if (reply == nullptr) return "no answer";
  if (reply->type == REDIS_REPLY_INTEGER) return std::to_string(reply->integer);
  if (reply->type != REDIS_REPLY_ARRAY) return {reply->str == nullptr ? "" : reply->str, reply->len};
  std::string out;
  for (std::size_t i = 0; i < reply->elements; ++i) out += (i == 0 ? "" : " ") + text_of(reply->element[i]);
  return out;
}

}  // namespace

bool comes_true(const std::function<bool()>& condition) {
  const SystemClock clock;
  for (const std::int64_t end = clock.steady_ns() + kPatienceNs; clock.steady_ns() < end; ::poll(nullptr, 0, 1)) {
    if (condition()) return true;
  }
  return condition();
}

int RedisProcess::free_port() {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  LK_CHECK(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), size) == 0);
  LK_CHECK(::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(descriptor);
  return ntohs(address.sin_port);
}

RedisProcess::RedisProcess(int port, std::vector<std::string> options) : port_(port), options_(std::move(options)) {
  std::string folder = std::filesystem::temp_directory_path() / "latchkey-redis-XXXXXX";
  LK_CHECK(::mkdtemp(folder.data()) != nullptr);
  folder_ = folder;
  server_.addresses = {port == 0 ? Address{folder_ + "/redis.sock", 0} : Address{"127.0.0.1", port}};
  start();
}

RedisProcess::~RedisProcess() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RedisProcess::start() {
  std::vector<std::string> words = {
      "redis-server",        "--dir",  folder_,    "--save", "", "--appendonly", "no", "--port",
      std::to_string(port_), "--bind", "127.0.0.1"};
  if (port_ == 0) words.insert(words.end(), {"--unixsocket", folder_ + "/redis.sock"});
  words.insert(words.end(), options_.begin(), options_.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, (folder_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int failed = ::posix_spawnp(&process_, "redis-server", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  LK_CHECK(failed == 0 && "Install redis-server: ./dev installs what tests need.");
  LK_CHECK(comes_true([this] { return command("PING") != "no connection"; }));
}

void RedisProcess::kill() {
  if (process_ < 0) return;
  ::kill(process_, SIGKILL);
  (void)::waitpid(process_, nullptr, 0);
  process_ = -1;
}

void RedisProcess::stop_answering() { LK_CHECK(::kill(process_, SIGSTOP) == 0); }
void RedisProcess::answer_again() { LK_CHECK(::kill(process_, SIGCONT) == 0); }

std::string RedisProcess::command(const std::vector<std::string>& words) const {
  const Context context(port_ == 0 ? redisConnectUnix((folder_ + "/redis.sock").c_str())
                                   : redisConnect("127.0.0.1", port_));
  if (context == nullptr || context->err != 0) return "no connection";
  std::vector<const char*> arguments;
  std::vector<std::size_t> sizes;
  for (const std::string& word : words) {
    arguments.push_back(word.data());
    sizes.push_back(word.size());
  }
  void* const reply = redisCommandArgv(context.get(), static_cast<int>(words.size()), arguments.data(), sizes.data());
  std::string text = text_of(static_cast<redisReply*>(reply));
  if (reply != nullptr) freeReplyObject(reply);
  return text;
}

std::string RedisProcess::command(std::string_view text) const {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    words.emplace_back(text.substr(0, blank));
    text = blank == std::string_view::npos ? std::string_view{} : text.substr(blank + 1);
  }
  return command(words);
}

}  // namespace latchkey::redis
