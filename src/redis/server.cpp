#include "redis/server.h"

#include <fmt/core.h>

#include <charconv>

namespace latchkey::redis {
namespace {

constexpr int kPort = 6379;

std::optional<int> number_of(std::string_view text, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0 || number > most) return std::nullopt;
  return number;
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

// Never with the URL, which may hold a password.
std::unexpected<Error> wrong(std::string_view what) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("must be like redis://host:6379, rediss://user:password@host or "
                                                       "unix:///path; {}.",
                                                       what));
}

Result<void> read_user(std::string_view text, Server& server) {
  const std::size_t colon = text.find(':');
  auto user = decoded(text.substr(0, colon));
  auto password = decoded(colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1));
  if (!user || !password) return wrong("a % in user or password is written %25");
  server.user = std::move(*user);
  server.password = Secret(std::move(*password));
  return {};
}

}  // namespace

std::string Address::to_string() const {
  if (port == 0) return host;
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<Address> parse_address(std::string_view text) {
  Address address{"", kPort};
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return wrong("the address lacks a ]");
    address.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = text.rfind(':');
    address.host = text.substr(0, colon);
    port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
  }
  if (address.host.empty()) return wrong("the host is missing");
  if (port.empty()) return address;
  const auto number = port.starts_with(':') ? number_of(port.substr(1), 65'535) : std::nullopt;
  if (!number || *number == 0) return wrong("a port is a number from 1 to 65535");
  address.port = *number;
  return address;
}

Result<Server> parse_server(std::string_view url) {
  Server server;
  std::string_view rest = url;
  const auto takes = [&](std::string_view lead) {
    if (!rest.starts_with(lead)) return false;
    rest.remove_prefix(lead.size());
    return true;
  };
  const bool is_path = takes("unix://");
  server.tls = !is_path && takes("rediss://");
  if (!is_path && !server.tls && !takes("redis://")) return wrong("it starts otherwise");
  // A password may hold what parts a URL if it was not encoded, but not where it would be ambiguous.
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    LK_TRY(read_user(rest.substr(0, at), server));
    rest.remove_prefix(at + 1);
  }
  if (is_path) {
    if (!rest.starts_with('/')) return wrong("the path of a socket starts with /");
    server.addresses.push_back({std::string(rest), 0});
    return server;
  }
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos && slash + 1 < rest.size()) {
    const auto database = number_of(rest.substr(slash + 1), 1'000'000);
    if (!database) return wrong("a database is a number");
    server.database = *database;
  }
  for (rest = rest.substr(0, slash);;) {
    const std::size_t comma = rest.find(',');
    LK_ASSIGN(Address address, parse_address(rest.substr(0, comma)));
    server.addresses.push_back(std::move(address));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  return server;
}

}  // namespace latchkey::redis
