// Messages that OpenSSL's command line signed (`openssl dgst -sha256 -sign` and `-hmac`), for tests.
#pragma once
#include <string_view>

namespace latchkey::credential {

inline constexpr std::string_view kReportBody =
    R"([{"token":"some_token","type":"some_type","url":"https://git.example/a","source":"commit"}])";
inline constexpr std::string_view kP256Key =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEQCUp0lwyTmG0/c3FzcZYdD9TIO1K\n"
    "nO93QsPnSlJ7lHK8NKHsOEGS1yy3ywxk0EL13eKwFcnWuza38KSz0/9Hig==\n"
    "-----END PUBLIC KEY-----\n";
inline constexpr std::string_view kP256Signature =
    "MEUCID4etyK2ZmvzBcS/7e1n4dr0txZzPSuRG2omHoxxuVqCAiEAmNZZnFzQvCcNXAb11R+sLCbEOJ6C7yF902LgYpL+gy4=";
// Good too, but of another curve.
inline constexpr std::string_view kP384Key =
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE4O3gplORoVReHFmmgLhrlQ8Lmajw94xp\n"
    "kaPR425t4NYKbLYMRkGd3MepTyKIuf3CVskCCTbQmvcGXw37Lab9FHP0Ede6Yx+z\n"
    "fJE2ZtIqwaB14DGCAA1x6qQOvRhrZJOI\n"
    "-----END PUBLIC KEY-----\n";
inline constexpr std::string_view kP384Signature =
    "MGUCMQDYmTNcdSJXiB5uSTbM453tK9+n6VOps6QpoV2NU6hl3nqEulhlodcuiOpyu9fTvX0CMDsxWfX3KB4E8g/zFIy6sJwhPvMk6OoRHo5v4VL8F"
    "ceO4Tp4hw+A6akHj0aEo7G4Jw==";
inline constexpr std::string_view kSharedSecret = "a secret that a scanner shares with us";
inline constexpr std::string_view kHmacField =
    "t=1700000000,v1=33a599a36ad7b1b84842998fd12e6b3a7bb8134303e61fc64a551242f2874656";

}  // namespace latchkey::credential
