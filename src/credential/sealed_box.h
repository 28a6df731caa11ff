// A secret encrypted under a key of 32 bytes: AES-256-GCM (NIST SP 800-38D), as browsers have it too. A box is twelve random
// bytes, the encrypted text, and the tag of sixteen bytes. It opens only under the key and the context that it was made with.
// Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/secret.h"

namespace latchkey::credential {

inline constexpr std::size_t kBoxKeyBytes = 32;

// `key`: kBoxKeyBytes. One key must not seal more than one box with the same context for different readers.
std::vector<std::uint8_t> seal_box(std::string_view key, std::string_view context, const Secret& secret,
                                   Random& random);
std::optional<Secret> open_box(std::string_view key, std::string_view context, std::span<const std::uint8_t> box);

}  // namespace latchkey::credential
