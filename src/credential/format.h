// The form of a key's secret: `<prefix>_<env>_<random><check>`, such as "lk_live_" + 32 base62 characters from a CSPRNG
// (190 bits) + 6 base62 characters of CRC-32 (IEEE 802.3) over all before them, most significant first. The checksum
// lets junk be refused before any look-up and lets a leak scanner be sure of what it found.
//
//   KeyFormat format;                               // "lk", "live"
//   Secret secret = generate(format, random);
//   is_well_formed(format, text)                    // length, prefix, alphabet, checksum
//
// Pure; thread-safe.
#pragma once
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/random.h"
#include "base/secret.h"

namespace latchkey::credential {

inline constexpr std::size_t kRandomCharacters = 32;
inline constexpr std::size_t kCheckCharacters = 6;

struct KeyFormat {
  std::string prefix = "lk";  // [a-z0-9]{2,10}
  std::string env = "live";   // [a-z0-9]{2,10}
  std::string lead() const { return prefix + "_" + env + "_"; }
  std::size_t length() const { return prefix.size() + env.size() + 2 + kRandomCharacters + kCheckCharacters; }
};

// Operator keys have a lead of their own, so that neither can ever be taken for the other.
KeyFormat operator_key_format();  // "lkop_live_..."

// The message says what a prefix may be. The operator keys' prefix can't be chosen.
Result<void> check_prefix(std::string_view prefix);

Secret generate(const KeyFormat& format, Random& random);
bool is_well_formed(const KeyFormat& format, std::string_view text);

// A secret that another system made can have any form within these bounds: visible ASCII characters, no blank.
inline constexpr std::size_t kMinImportedCharacters = 16, kMaxImportedCharacters = 256;
bool may_be_imported(std::string_view text);
// "lk_live_3fK…9a2C": the lead with the first three random characters, and the last four.
std::string hint_of(const KeyFormat& format, const Secret& secret);
// "…9a2C": of a secret of a form that isn't known, the last four.
std::string hint_of_imported(const Secret& secret);

}  // namespace latchkey::credential
