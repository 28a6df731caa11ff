// A report that OpenSSL's command line signed for both kinds of reporter (`openssl dgst -sha256 -sign` and `-hmac`), for tests of
// this room.
#pragma once
#include <string_view>

#include "credential/signed_by_openssl_test.h"

namespace latchkey::exposure {

using credential::kP256Key;
using credential::kP256Signature;
using credential::kP384Key;
using credential::kReportBody;

inline constexpr std::string_view kSharedSecret = "a secret that a scanner shares with us";
inline constexpr std::string_view kHmacField =
    "t=1700000000,v1=33a599a36ad7b1b84842998fd12e6b3a7bb8134303e61fc64a551242f2874656";

}  // namespace latchkey::exposure
