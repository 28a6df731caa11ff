#include "credential/format.h"

#include <algorithm>
#include <array>

#include "base/byte_vectors.h"
#include "credential/crc32.h"

namespace latchkey::credential {
namespace {

constexpr std::string_view kBase62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool all_base62(std::string_view text) {
  // Letters of both cases are equal but for the bit 0x20; what is below '0' or 'a' becomes large in the subtraction.
  return !any_block(text, [](Bytes block) { return ((block | 0x20) - 'a' >= 26) & (block - '0' >= 10); });
}

// 62^6 > 2^32, so six characters always hold a checksum.
std::array<char, kCheckCharacters> checksum_of(std::string_view text) {
  std::array<char, kCheckCharacters> out;
  std::uint32_t value = crc32(text);
  for (std::size_t i = kCheckCharacters; i-- > 0; value /= 62) out[i] = kBase62[value % 62];
  return out;
}

}  // namespace

KeyFormat operator_key_format() { return {"lkop", "live"}; }

Result<void> check_prefix(std::string_view prefix) {
  const bool shaped = prefix.size() >= 2 && prefix.size() <= 10 &&
                      std::all_of(prefix.begin(), prefix.end(),
                                  [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
  if (!shaped) {
    return fail(ErrorCode::kInvalidArgument,
                "A key prefix is 2 to 10 lower-case letters or digits, such as \"lk\" or \"acme\".");
  }
  if (prefix == operator_key_format().prefix) {
    return fail(ErrorCode::kInvalidArgument,
                "The prefix \"lkop\" is the operator keys' own; choose another for API keys.");
  }
  return {};
}

Secret generate(const KeyFormat& format, Random& random) {
  std::string text = format.lead();
  text.reserve(format.length());
  // Bytes of 248 and more are thrown away: 248 is the largest multiple of 62 that fits, and a plain modulo would favour
  // the first characters of the alphabet.
  std::array<std::uint8_t, 64> bytes;
  const std::size_t end = text.size() + kRandomCharacters;
  while (text.size() < end) {
    random.fill(bytes);
    for (std::size_t i = 0; i < bytes.size() && text.size() < end; ++i) {
      if (bytes[i] < 248) text += kBase62[bytes[i] % 62];
    }
  }
  wipe(bytes.data(), bytes.size());
  const auto check = checksum_of(text);
  text.append(check.data(), check.size());
  return Secret(std::move(text));
}

bool is_well_formed(const KeyFormat& format, std::string_view text) {
  if (text.size() != format.length()) return false;
  const std::size_t lead = text.size() - kRandomCharacters - kCheckCharacters;
  const std::size_t prefix = format.prefix.size();
  if (text.substr(0, prefix) != format.prefix || text[prefix] != '_' ||
      text.substr(prefix + 1, format.env.size()) != format.env || text[lead - 1] != '_') {
    return false;
  }
  if (!all_base62(text.substr(lead))) return false;
  const auto check = checksum_of(text.substr(0, text.size() - kCheckCharacters));
  return text.ends_with(std::string_view(check.data(), check.size()));
}

bool may_be_imported(std::string_view text) {
  return text.size() >= kMinImportedCharacters && text.size() <= kMaxImportedCharacters &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

std::string hint_of(const KeyFormat& format, const Secret& secret) {
  const std::string_view text = secret.expose();
  const std::size_t shown = format.lead().size() + 3;
  return std::string(text.substr(0, shown)) + "…" + std::string(text.substr(text.size() - 4));
}

std::string hint_of_imported(const Secret& secret) {
  const std::string_view text = secret.expose();
  return "…" + std::string(text.substr(text.size() - 4));
}

}  // namespace latchkey::credential
