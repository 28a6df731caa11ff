#include "scan/finder.h"

#include "base/byte_vectors.h"
#include "credential/format.h"

namespace latchkey::scan {
namespace {

constexpr std::size_t kSecretCharacters = credential::kRandomCharacters + credential::kCheckCharacters;
constexpr std::size_t kFewestLead = 2, kMostLead = 10;

// A run of as many characters as a secret has holds a whole block at one of every so many places, wherever it begins; so
// a third of the bytes is never looked at.
constexpr std::size_t kStride = kSecretCharacters - kBlock + 1;

constexpr std::array<std::uint8_t, 256> kKinds = [] {
  std::array<std::uint8_t, 256> kinds{};
  for (int c = '0'; c <= '9'; ++c) kinds[static_cast<std::size_t>(c)] = 3;
  for (int c = 'a'; c <= 'z'; ++c) kinds[static_cast<std::size_t>(c)] = 3;
  for (int c = 'A'; c <= 'Z'; ++c) kinds[static_cast<std::size_t>(c)] = 1;
  return kinds;
}();
bool is_base62(char c) { return (kKinds[static_cast<std::uint8_t>(c)] & 1) != 0; }
bool is_of_a_lead(char c) { return (kKinds[static_cast<std::uint8_t>(c)] & 2) != 0; }

bool all_base62(const char* from) {
  const Bytes block = block_at(from);
  return !any(((block | 0x20) - 'a' >= 26) & (block - '0' >= 10));
}

// Where the run of letters and digits that `from` stands in ends.
std::size_t end_of_run(std::string_view text, std::size_t from) {
  while (from + kBlock <= text.size() && all_base62(text.data() + from)) from += kBlock;
  while (from < text.size() && is_base62(text[from])) ++from;
  return from;
}

// Where it begins, but not more than `most` before.
std::size_t begin_of_run(std::string_view text, std::size_t from, std::size_t most) {
  const std::size_t limit = from - std::min(from, most);
  while (from > limit && is_base62(text[from - 1])) --from;
  return from;
}

}  // namespace

Result<Finder> Finder::for_prefixes(std::vector<std::string> prefixes) {
  for (const std::string& prefix : prefixes) {
    if (prefix == credential::operator_key_format().prefix) continue;
    LK_TRY(credential::check_prefix(prefix));
  }
  Finder finder;
  finder.prefixes_ = std::move(prefixes);
  return finder;
}

Match Finder::next(std::string_view text, std::size_t& from) const {
  while (from + kBlock <= text.size()) {
    if (!all_base62(text.data() + from)) {
      from += kStride;
      continue;
    }
    const std::size_t begin = begin_of_run(text, from, kStride);
    const std::size_t end = end_of_run(text, from + kBlock);
    from = end;
    if (end - begin != kSecretCharacters || begin == 0 || text[begin - 1] != '_') continue;
    const std::size_t lead = lead_before(text, begin);
    if (lead != 0) return {begin - lead, lead + kSecretCharacters};
  }
  return {};
}

// The size of the `<prefix>_<env>_` that ends where the run begins, and with which its checksum is right. 0: there is none.
std::size_t Finder::lead_before(std::string_view text, std::size_t run) const {
  std::size_t env = run - 1;
  while (env > 0 && run - 1 - env <= kMostLead && is_of_a_lead(text[env - 1])) --env;
  const std::size_t env_size = run - 1 - env;
  if (env_size < kFewestLead || env_size > kMostLead || env < kFewestLead + 1 || text[env - 1] != '_') return 0;
  const std::size_t underscore = env - 1;
  constexpr std::size_t kLongestEscape = 5;
  const std::size_t word = begin_of_run(text, underscore, kMostLead + kLongestEscape + 1);
  const auto lead_from = [&](std::size_t prefix) -> std::size_t {
    if (prefix >= underscore || underscore - prefix < kFewestLead || underscore - prefix > kMostLead) return 0;
    for (std::size_t i = prefix; i < underscore; ++i) {
      if (!is_of_a_lead(text[i])) return 0;
    }
    return is_key(text.substr(prefix, run + kSecretCharacters - prefix), underscore - prefix) ? run - prefix : 0;
  };
  if (const std::size_t lead = lead_from(word)) return lead;
  if (word == 0) return 0;
  // What is the end of an escape is no part of the word. The checksum tells whether it is one.
  std::string_view lengths;
  switch (text[word - 1]) {
    case '\\': lengths = "\1\3\5"; break;  // \n, \x3d, \u003d
    case '%':
    case '=': lengths = "\2"; break;  // of URLs, and of mails
    case '[':
    case ';': lengths = "\1\2\3"; break;  // ESC [ 31 m
    default: break;
  }
  for (const char length : lengths) {
    if (const std::size_t lead = lead_from(word + static_cast<std::size_t>(length))) return lead;
  }
  return 0;
}

bool Finder::is_key(std::string_view text, std::size_t prefix_size) const {
  credential::KeyFormat format;
  format.prefix = text.substr(0, prefix_size);
  format.env = text.substr(prefix_size + 1, text.size() - kSecretCharacters - prefix_size - 2);
  if (!prefixes_.empty() && std::ranges::find(prefixes_, format.prefix) == prefixes_.end()) return false;
  return credential::is_well_formed(format, text);
}

std::string hint_of(std::string_view key) {
  const std::size_t shown = key.size() - kSecretCharacters + 3;
  return std::string(key.substr(0, shown)) + "…" + std::string(key.substr(key.size() - 4));
}

std::string without_keys(std::string_view text) {
  std::string out;
  std::size_t taken = 0;
  Finder().find(text, [&](Match match) {
    out += text.substr(taken, match.at - taken);
    out += hint_of(text.substr(match.at, match.size));
    taken = match.at + match.size;
  });
  out += text.substr(taken);
  return out;
}

}  // namespace latchkey::scan
