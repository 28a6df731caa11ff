// What a key may ask for and see, as sets over the catalog's numbering. An absent set limits nothing.
#pragma once
#include <optional>

#include "core/bit_set.h"

namespace latchkey {

inline constexpr std::size_t kMaxOperations = 1024;
inline constexpr std::size_t kMaxChannels = 256;
inline constexpr std::size_t kMaxAttributes = 1024;

using OperationSet = BitSet<kMaxOperations>;
using ChannelSet = BitSet<kMaxChannels>;
using AttributeSet = BitSet<kMaxAttributes>;

// Both absent: nothing is restricted.
struct Permitted {
  std::optional<ChannelSet> channels;
  std::optional<AttributeSet> attributes;
  bool restricted() const { return channels || attributes; }
  bool operator==(const Permitted&) const = default;
};

}  // namespace latchkey
