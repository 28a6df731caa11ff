// Takes what has the form of a key out of text that a caller chose, before it is written down: a key in a path, in a user
// agent, in a request id. Pure; thread-safe.
//
//   Redactor redactor(format);
//   redactor.append(line, "curl lk_live_4f...");   // "curl lk_live_[redacted]"
//
// Taken out: what follows this server's lead ("lk_live_") or the operator keys', in any case and even if it is cut off, and
// every `<prefix>_<env>_` with as many characters as a key has, whose server may be another. No checksum is asked: a key with
// one wrong character is nearly a key.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "credential/format.h"

namespace latchkey::telemetry {

class Redactor {
 public:
  // After a known lead, fewer characters than this are no part of a key that is worth hiding.
  static constexpr std::size_t kFewestCharacters = 8;

  explicit Redactor(const credential::KeyFormat& format);
  void append(std::string& out, std::string_view text) const;

 private:
  bool hides(std::string_view before, std::size_t characters) const;

  const std::array<std::string, 2> leads_;
};

// Whether something of the form of a whole key, of whichever server, stands in it.
bool holds_key(std::string_view text);

}  // namespace latchkey::telemetry
