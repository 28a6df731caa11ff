#include "store/postgres/link_fixture.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"

namespace latchkey::store::postgres {
namespace {

constexpr const char* kSocketName = ".s.PGSQL.5432";
constexpr int kTickMs = 5;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  LK_CHECK(path.size() < sizeof address.sun_path);
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

int connect_to(const std::string& path) {
  const int made = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(path);
  if (::connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return made;
  ::close(made);
  return -1;
}

std::filesystem::path make_directory(const TestServer& server) {
  static std::atomic<int> made{0};
  auto path = server.directory() / fmt::format("link{}", ++made);
  std::filesystem::create_directory(path);
  return path;
}

}  // namespace

TestLink::TestLink(TestServer& server)
    : directory_(make_directory(server)), server_socket_((server.directory() / kSocketName).string()) {
  listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of((directory_ / kSocketName).string());
  LK_CHECK(::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  LK_CHECK(::listen(listening_, SOMAXCONN) == 0);
  thread_ = std::thread([this] { run(); });
}

TestLink::~TestLink() {
  stopping_ = true;
  thread_.join();
  ::close(listening_);
}

Settings TestLink::settings(const std::string& schema) const {
  auto settings = Settings::parse(Secret::copy_of(fmt::format(
      "postgres:///postgres?host={}&user=latchkey&options=-csearch_path%3D{}", directory_.string(), schema)));
  LK_CHECK(settings.has_value());
  return std::move(*settings);
}

void TestLink::run() {
  std::vector<Pair> pairs;
  while (!stopping_) {
    std::vector<pollfd> waited{{.fd = listening_, .events = POLLIN, .revents = 0}};
    for (const Pair& pair : pairs) {
      waited.push_back({.fd = pair.client, .events = POLLIN, .revents = 0});
      waited.push_back({.fd = pair.server, .events = POLLIN, .revents = 0});
    }
    if (::poll(waited.data(), waited.size(), kTickMs) < 0) continue;
    std::erase_if(pairs, [&, i = std::size_t{0}](Pair& pair) mutable {
      const bool from_client = waited[1 + 2 * i].revents != 0, from_server = waited[2 + 2 * i].revents != 0;
      ++i;
      const bool stays = open_ && (!from_client || carry(pair, true)) && (!from_server || carry(pair, false));
      if (!stays) {
        ::close(pair.client);
        ::close(pair.server);
      }
      return !stays;
    });
    if (waited[0].revents == 0) continue;
    Pair made{.client = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC), .server = -1};
    if (open_) made.server = connect_to(server_socket_);
    if (made.server >= 0) {
      pairs.push_back(made);
    } else {
      ::close(made.client);
    }
  }
  for (const Pair& pair : pairs) {
    ::close(pair.client);
    ::close(pair.server);
  }
}

// Whether the connection lives on.
bool TestLink::carry(Pair& pair, bool from_client) {
  std::array<char, 65'536> buffer{};
  const ssize_t size = ::recv(from_client ? pair.client : pair.server, buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(size));
  if (from_client && bytes.find("; COMMIT") != std::string_view::npos) pair.fate = fate_.exchange(Fate::kPass);
  if (from_client && pair.fate == Fate::kCommitLost) return false;
  if (!from_client && pair.fate == Fate::kAnswerLost) return false;
  if (!from_client && pair.fate == Fate::kAnswerHeld) return true;
  return ::send(from_client ? pair.server : pair.client, bytes.data(), bytes.size(), MSG_NOSIGNAL) == size;
}

}  // namespace latchkey::store::postgres
