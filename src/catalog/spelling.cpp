#include "catalog/spelling.h"

#include "base/byte_vectors.h"

namespace latchkey::catalog {
namespace {

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

// One code point of `text` at `at`, which moves on; a byte that is no UTF-8 stands for itself.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const unsigned lead = byte(at);
  const std::size_t more = lead < 0xc0 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
  char32_t c = more == 0 ? lead : lead & (0x3f >> more);
  for (std::size_t i = 1; i <= more; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) return ++at, 0xfffd;
    c = c << 6 | (byte(at + i) & 0x3f);
  }
  at += more + 1;
  return c;
}

// Characters that some comparisons pass over: blanks, controls, soft hyphen, joiners, marks of direction, variation
// selectors and combining marks (U+0130, lower-cased, leaves one behind).
bool is_invisible(char32_t c) {
  return c <= 0x20 || c == 0x7f || (c >= 0x80 && c <= 0xa0) || c == 0xad || (c >= 0x300 && c <= 0x36f) || c == 0x61c ||
         c == 0x180e || (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) || (c >= 0x205f && c <= 0x206f) ||
         c == 0x3000 || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || c == 0xfffd;
}

// The ASCII letter that some case folding or compatibility mapping makes of it; otherwise itself.
char32_t to_ascii(char32_t c) {
  switch (c) {
    case 0x130:
    case 0x131: return 'i';
    case 0x17f: return 's';
    case 0x212a: return 'k';
    default: return c >= 0xff01 && c <= 0xff5e ? c - 0xff01 + '!' : c;
  }
}

// What is left of a name in the eyes of the most lenient server, in lower case.
std::string skeleton(std::string_view name) {
  std::string out;
  name = name.substr(0, name.find('\0'));
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(name, at);
    if (is_invisible(c)) continue;
    const char32_t mapped = to_ascii(c);
    if (mapped < 0x80) {
      out += static_cast<char>(mapped);
    } else {
      out += name.substr(start, at - start);
    }
  }
  return fold_ascii(out);
}

bool is_plain(std::string_view name) {
  return !any_block(name, [](Bytes block) { return (block <= 0x20) | (block >= 0x7f); });
}

// Some servers build structures from names ("filter[ChannelID]", "model.ChannelID"), others write '_' for what they do not
// take in a name.
bool holds_as_part(const Catalog& catalog, std::string_view name, std::string_view place) {
  for (std::size_t at = 0; at <= name.size();) {
    const std::size_t end = std::min(name.find_first_of(".[]", at), name.size());
    if (same_parameter_name(catalog, trimmed(name.substr(at, end - at)), place)) return true;
    at = end + 1;
  }
  std::string flattened(name);
  std::replace_if(flattened.begin(), flattened.end(), [](char c) { return c == '.' || c == '[' || c == ' '; }, '_');
  return same_parameter_name(catalog, flattened, place);
}

}  // namespace

bool same_parameter_name(const Catalog& catalog, std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  return a == b || (catalog.options().parameters_ignore_case && equal_ignoring_ascii_case(a, b));
}

NameMatch match_member(const Catalog& catalog, std::string_view name, std::string_view place) {
  if (same_parameter_name(catalog, name, place)) return NameMatch::kSame;
  if (is_plain(name)) return NameMatch::kOther;
  return skeleton(name) == skeleton(place) ? NameMatch::kHidden : NameMatch::kOther;
}

NameMatch match_parameter(const Catalog& catalog, std::string_view name, std::string_view place) {
  if (same_parameter_name(catalog, name, place)) return NameMatch::kSame;
  // Most names are plain, and no structure can be read into them.
  const auto is_special = [](Bytes block) {
    return (block <= 0x20) | (block >= 0x7f) | (block == '.') | (block == '[') | (block == ']');
  };
  if (!any_block(name, is_special)) return NameMatch::kOther;
  if (holds_as_part(catalog, trimmed(name), place)) return NameMatch::kLoose;
  return match_member(catalog, name, place);
}

}  // namespace latchkey::catalog
