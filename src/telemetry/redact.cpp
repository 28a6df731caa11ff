#include "telemetry/redact.h"

#include <algorithm>

namespace latchkey::telemetry {
namespace {

constexpr std::string_view kInstead = "[redacted]";
constexpr std::size_t kKeyCharacters = credential::kRandomCharacters + credential::kCheckCharacters;
constexpr std::size_t kWordMost = 10, kWordLeast = 2;  // of a prefix or an environment (credential/format.h)

bool is_base62(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool ends_with_lead(std::string_view text, std::string_view lead) {
  return text.size() >= lead.size() &&
         std::equal(lead.begin(), lead.end(), text.end() - static_cast<std::ptrdiff_t>(lead.size()), [](char l, char t) { return l == lower(t); });
}

// Takes one "<word>_" off the end of `text`.
bool strip_word(std::string_view& text) {
  if (!text.ends_with('_')) return false;
  text.remove_suffix(1);
  std::size_t length = 0;
  while (length < text.size() && length < kWordMost && is_word(text[text.size() - 1 - length])) ++length;
  text.remove_suffix(length);
  return length >= kWordLeast;
}

bool ends_with_any_lead(std::string_view text) { return strip_word(text) && strip_word(text); }

}  // namespace

Redactor::Redactor(const credential::KeyFormat& format) : leads_{format.lead(), credential::operator_key_format().lead()} {}

// Whether a run of base62 characters after `before` is a key's.
bool Redactor::hides(std::string_view before, std::size_t characters) const {
  if (characters < kFewestCharacters || !before.ends_with('_')) return false;
  if (ends_with_lead(before, leads_[0]) || ends_with_lead(before, leads_[1])) return true;
  return characters >= kKeyCharacters && ends_with_any_lead(before);
}

void Redactor::append(std::string& out, std::string_view text) const {
  // Every key has one, and most texts have none.
  if (text.find('_') == std::string_view::npos) {
    out += text;
    return;
  }
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_base62(text[end])) ++end;
    if (end == at) {
      out += text[at++];
      continue;
    }
    out.append(hides(text.substr(0, at), end - at) ? kInstead : text.substr(at, end - at));
    at = end;
  }
}

bool holds_key(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t end = at;
    while (end < text.size() && is_base62(text[end])) ++end;
    if (end - at >= kKeyCharacters && ends_with_any_lead(text.substr(0, at))) return true;
    at = end;
  }
  return false;
}

}  // namespace latchkey::telemetry
