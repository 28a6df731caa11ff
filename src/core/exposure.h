// That others may have seen a secret: it was sent where it can be read on the way or afterwards, or somebody found it in
// public. Plain values.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "core/ids.h"

namespace latchkey {

// Stored by number: the order is for good. The later, the more people may have seen it.
enum class ExposureHow : std::uint8_t { kPlainHttp, kQuery, kLeakReport };
inline constexpr int kExposureHowCount = 3;
std::string_view to_string(ExposureHow how);

// What Latchkey did about a secret by itself. Stored by number.
enum class ExposureAction : std::uint8_t {
  kNone,
  kRotated,
  kRevoked,   // the secret, and the key if that was its only one
  kHeldBack,  // the policy asked for more, but so many keys were exposed at once that people are to decide
};
inline constexpr int kExposureActionCount = 4;
std::string_view to_string(ExposureAction action);

// One way in which one secret was exposed.
struct KeyExposure {
  KeyId key;
  TenantId tenant;
  std::uint64_t secret = 0;  // its number (core/api_key.h)
  ExposureHow how = ExposureHow::kPlainHttp;
  std::string source;  // who reported it, such as "github/commit"; empty unless kLeakReport
  std::string url;     // where it was found, http or https, if that was told
  Instant first_at;
  Instant last_at;
  std::int64_t count = 1;
  ExposureAction action = ExposureAction::kNone;
  std::optional<Instant> acted_at;
  bool operator==(const KeyExposure&) const = default;
};

}  // namespace latchkey
