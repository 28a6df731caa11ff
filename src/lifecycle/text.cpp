#include "lifecycle/text.h"

#include <algorithm>
#include <numeric>

#include "catalog/catalog.h"

namespace latchkey::lifecycle {
namespace {

constexpr std::size_t kMaxQuotedBytes = 64;
// Beyond this no name of a catalog is near, and the comparison would cost more than the answer is worth.
constexpr std::size_t kMaxComparedBytes = 128;

// The length of the well-formed character at the front, with its value; 0 if there is none.
std::size_t take_character(std::string_view text, char32_t& value) {
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = at(0);
  if (first < 0x80) {
    value = first;
    return 1;
  }
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  value = first & (0x7f >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xc0) != 0x80) return 0;
    value = value << 6 | (at(i) & 0x3f);
  }
  const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  return overlong || surrogate || value > 0x10ffff ? 0 : length;
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= 0x09 && c <= 0x0d) || c == 0x85 || c == 0xa0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

// Damerau-Levenshtein (optimal string alignment), over bytes.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::u32string> decode_utf8(std::string_view text) {
  std::u32string out;
  while (!text.empty()) {
    char32_t value = 0;
    const std::size_t length = take_character(text, value);
    if (length == 0) return std::nullopt;
    out += value;
    text.remove_prefix(length);
  }
  return out;
}

std::string trimmed(std::string_view text) {
  std::size_t begin = text.size();
  std::size_t end = text.size();
  for (std::size_t i = 0; i < text.size();) {
    char32_t value = 0;
    const std::size_t length = std::max<std::size_t>(1, take_character(text.substr(i), value));
    if (!is_space(value)) {
      begin = std::min(begin, i);
      end = i + length;
    }
    i += length;
  }
  return begin == text.size() ? std::string() : std::string(text.substr(begin, end - begin));
}

bool is_deceptive(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c || c == 0x180e || c == 0x200b || c == 0x200e ||
         c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xfff0 && c <= 0xfffb) || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe ||
         (c >= 0xe0000 && c <= 0xe007f);
}

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    char32_t value = 0;
    const std::size_t length = take_character(text, value);
    if (out.size() + std::max<std::size_t>(1, length) > kMaxQuotedBytes) return out + "…\"";
    if (length == 0 || is_deceptive(value)) {
      out += '?';
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(1, length));
  }
  return out + '"';
}

std::optional<std::string_view> nearest(std::string_view text, const std::vector<std::string_view>& candidates) {
  if (text.empty() || text.size() > kMaxComparedBytes) return std::nullopt;
  const std::string folded = catalog::fold_ascii(text);
  std::size_t best = std::clamp<std::size_t>(text.size() / 3, 1, 3) + 1;
  std::optional<std::string_view> found;
  for (const std::string_view candidate : candidates) {
    if (candidate.size() > kMaxComparedBytes || candidate.size() > text.size() + 3 ||
        text.size() > candidate.size() + 3)
      continue;
    const std::size_t apart = distance(folded, catalog::fold_ascii(candidate));
    if (apart < best) {
      best = apart;
      found = candidate;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& candidates) {
  const auto meant = nearest(text, candidates);
  return meant ? fmt::format(" Did you mean {}?", in_quotes(*meant)) : std::string();
}

std::string listed(const std::vector<std::string>& names, std::size_t at_most) {
  std::string out;
  for (std::size_t i = 0; i < std::min(names.size(), at_most); ++i) {
    if (i > 0) out += ", ";
    out += names[i];
  }
  if (names.size() > at_most) out += fmt::format(" and {} more", names.size() - at_most);
  return out;
}

}  // namespace latchkey::lifecycle
