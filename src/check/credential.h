// Step 1 of the check: which secret the caller sent, and whether it was sent as it should be. Pure.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "credential/format.h"

namespace latchkey::check {

struct SentCredential {
  enum class Kind { kNone, kOne, kAmbiguous } kind = Kind::kNone;
  std::string_view secret;  // for kOne
  std::string_view why;     // for kAmbiguous: a public sentence
};

SentCredential find_credential(std::span<const std::string_view> api_key_fields,
                               std::span<const std::string_view> authorization_fields);

// A well-formed key anywhere in the query of `target`, percent-decoded; the text lives in `decoded`.
std::optional<std::string_view> key_in_query(const credential::KeyFormat& format, std::string_view target,
                                             std::string& decoded);

}  // namespace latchkey::check
