#include "api/request_throttle.h"

namespace latchkey::api {

std::int64_t RequestThrottle::take(const IpAddress& address) {
  // Whoever has an IPv6 address usually has its whole /64.
  const std::size_t bytes = address.is_v4() ? 16 : 8;
  const std::string name(reinterpret_cast<const char*>(address.bytes().data()), bytes);
  const std::lock_guard lock(mutex_);
  const std::int64_t now_ns = clock_.steady_ns();
  const std::int64_t wait_s = by_address_.wait_s(name, 1, now_ns);
  if (wait_s == 0) by_address_.spend(name, 1, now_ns);
  return wait_s;
}

}  // namespace latchkey::api
