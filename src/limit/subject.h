// Whose requests are counted: an id (of a key or a tenant), and which of them.
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/id.h"

namespace latchkey::limit {

// In place of a rate class: every request, whatever its class. Quotas count these too.
inline constexpr std::uint32_t kEveryClass = 0xffffffff;

struct Subject {
  Uuid id{};
  std::uint32_t kind = 0;  // a rate class of the catalog, or kEveryClass
  bool operator==(const Subject&) const = default;
};

struct SubjectHash {
  std::size_t operator()(const Subject& subject) const noexcept;
};

}  // namespace latchkey::limit
