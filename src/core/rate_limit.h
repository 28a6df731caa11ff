// A limit on how often something may be done.
#pragma once
#include <cstdint>
#include <string>

namespace latchkey {

// At most `limit` units in any window of this length, however it lies. The name is what callers read in RateLimit-Policy:
// lower-case letters, digits and '-'.
struct RateLimit {
  std::string name;
  std::uint64_t limit = 0;
  std::int64_t window_ms = 0;
  bool own = false;  // set for one key or tenant, rather than by the catalog
  std::int64_t window_ns() const { return window_ms * 1'000'000; }
  bool operator==(const RateLimit&) const = default;
};

}  // namespace latchkey
