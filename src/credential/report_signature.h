// How scanners that share a secret with this server sign their reports: HMAC-SHA-256, with the time of signing. Pure.
//
//   Latchkey-Signature: t=1700000000,v1=<64 hexadecimal digits>      over "1700000000." and the body
//   hmac_verifies(secret, body, field, now)
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"

namespace latchkey::credential {

// How far the clocks of a scanner and of this server may differ. So long a report can be sent again by others.
inline constexpr std::int64_t kSignatureLifeMs = 5LL * 60 * 1000;
inline constexpr std::size_t kMaxSignatures = 4;  // of one field, for secrets that are being exchanged
bool hmac_verifies(const Secret& secret, std::string_view body, std::string_view field, Instant now);
// What a scanner sends.
std::string hmac_field(const Secret& secret, std::string_view body, Instant now);

}  // namespace latchkey::credential
