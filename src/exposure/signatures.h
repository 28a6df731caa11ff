// The two kinds of signature that leak reports carry, over the body as it came. Pure.
//
//   ECDSA on P-256 with SHA-256, DER in base64, as GitHub's secret scanning signs:
//     ecdsa_verifies(public_key_pem, body, "MEUCIQ...")
//   HMAC-SHA-256 under a shared secret, with the time of signing, for other scanners:
//     Latchkey-Signature: t=1700000000,v1=<64 hexadecimal digits>      over "1700000000." and the body
//     hmac_verifies(secret, body, field, now)
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"

namespace latchkey::exposure {

// False for any key that is not on P-256, too.
bool ecdsa_verifies(std::string_view public_key_pem, std::string_view body, std::string_view signature_base64);
// Whether it is a key that ecdsa_verifies() can use.
bool is_p256_key(std::string_view public_key_pem);

// How far the clocks of a scanner and of this server may differ. So long a report can be sent again by others.
inline constexpr std::int64_t kSignatureLifeMs = 5LL * 60 * 1000;
inline constexpr std::size_t kMaxSignatures = 4;  // of one field, for secrets that are being exchanged
bool hmac_verifies(const Secret& secret, std::string_view body, std::string_view field, Instant now);
// What a scanner sends.
std::string hmac_field(const Secret& secret, std::string_view body, Instant now);

}  // namespace latchkey::exposure
