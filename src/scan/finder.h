// Finds API keys in bytes: `<prefix>_<env>_`, 32 characters and the checksum that belongs to them (credential/format.h).
// What only looks like one is not found, so a false alarm is a matter of one in four billion.
//
//   const Finder finder;                                     // keys of every prefix, the operators' too
//   finder.find(text, [](Match match) { use(text.substr(match.at, match.size)); });
//
// A key stands for itself: a letter or digit before its prefix or after its checksum makes it another word, which is no
// key. Escapes are no part of the word ("\n", "\u003d", "%3D", "=3D", and the end of a terminal's colour).
// Pure; thread-safe.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace latchkey::scan {

struct Match {
  std::size_t at = 0;
  std::size_t size = 0;
};

// Keys are found as long as this much of what stands before and after them is seen with them.
inline constexpr std::size_t kLongestKey = 10 + 1 + 10 + 1 + 38;
inline constexpr std::size_t kBefore = 8;

class Finder {
 public:
  // Every prefix.
  Finder() = default;
  // These alone. The message of a failure says what a prefix may be.
  static Result<Finder> for_prefixes(std::vector<std::string> prefixes);

  template <class Found>
  void find(std::string_view text, const Found& found) const {
    for (std::size_t from = 0;;) {
      const Match match = next(text, from);
      if (match.size == 0) return;
      found(match);
    }
  }
  bool found_in(std::string_view text) const {
    std::size_t from = 0;
    return next(text, from).size != 0;
  }

 private:
  // The first key of which a run of letters and digits begins at or after `from`, which moves behind it. Size 0: none.
  Match next(std::string_view text, std::size_t& from) const;
  std::size_t lead_before(std::string_view text, std::size_t run) const;
  bool is_key(std::string_view text, std::size_t prefix_size) const;

  std::vector<std::string> prefixes_;  // empty: every one
};

// The key's lead with three characters, and its last four.
std::string hint_of(std::string_view key);
// Keys replaced by their hints, whatever their prefix.
std::string without_keys(std::string_view text);

}  // namespace latchkey::scan
