// What can be seen of a request that a key was let through with, for least privilege (privilege/proposal.h).
#pragma once
#include <cstdint>

namespace latchkey {

// Stored by its number.
enum class ObservedKind : std::uint8_t {
  kOperation,    // it called this operation
  kChannel,      // it named this channel
  kAttribute,    // it named this attribute
  kAllChannels,  // it asked for all, or for an answer that holds all
  kAllAttributes,
  kUnreadChannels,  // it may have named some where nobody looked, or named some that the catalog does not have
  kUnreadAttributes,
  kUnknownOperation,  // it called what the catalog does not have
};

inline constexpr int kObservedKinds = 8;

// Whether the kind says something of the request as a whole, and names nothing.
constexpr bool is_mark(ObservedKind kind) { return kind >= ObservedKind::kAllChannels; }

}  // namespace latchkey
