#include "app/endpoint.h"

#include <charconv>

#include "core/ip.h"

namespace latchkey::app {

bool Endpoint::is_loopback() const {
  const auto parsed = IpAddress::parse(address);
  return parsed && parsed->is_loopback();
}

std::string Endpoint::to_string() const {
  return address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port) : fmt::format("[{}]:{}", address, port);
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("\"{}\" is not an address and port; write it like 127.0.0.1:8080 or [::1]:8080.", text));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong();
  std::string_view address = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (address == "localhost") address = "127.0.0.1";
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  } else if (address.find(':') != std::string_view::npos) {
    return wrong();
  }
  Endpoint endpoint{std::string(address), 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc{} || end != port.data() + port.size() || !IpAddress::parse(address)) return wrong();
  return endpoint;
}

}  // namespace latchkey::app
