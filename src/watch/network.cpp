#include "watch/network.h"

namespace latchkey::watch {
namespace {

constexpr std::size_t kV4Bytes = 15;  // of the mapped form: all but the last
constexpr std::size_t kV6Bytes = 6;

}  // namespace

Network network_of(const IpAddress& address) {
  auto bytes = address.bytes();
  for (std::size_t i = address.is_v4() ? kV4Bytes : kV6Bytes; i < bytes.size(); ++i) bytes[i] = 0;
  return {IpAddress(bytes)};
}

std::string Network::to_string() const { return base.to_string() + (base.is_v4() ? "/24" : "/48"); }

}  // namespace latchkey::watch
