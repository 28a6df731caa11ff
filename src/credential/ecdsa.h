// Signatures that others made: ECDSA (FIPS 186-5) on P-256 with SHA-256, DER in base64, under a public key in PEM. Pure.
//
//   if (!ecdsa_verifies(public_key_pem, body, "MEUCIQ...")) refuse();
#pragma once
#include <string_view>

namespace latchkey::credential {

// False for any key that is not on P-256, too.
bool ecdsa_verifies(std::string_view public_key_pem, std::string_view body, std::string_view signature_base64);
// Whether it is a key that ecdsa_verifies() can use.
bool is_p256_key(std::string_view public_key_pem);

}  // namespace latchkey::credential
