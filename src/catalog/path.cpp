#include "catalog/path.h"

#include <array>

#include "base/byte_vectors.h"

namespace latchkey::catalog {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

// What stands for itself in a path segment (RFC 3986, 3.3), without ';', which some servers cut a segment at.
constexpr std::array<bool, 256> kIsPlain = [] {
  std::array<bool, 256> is{};
  for (int c = 'a'; c <= 'z'; ++c) is[c] = is[c - 'a' + 'A'] = true;
  for (int c = '0'; c <= '9'; ++c) is[c] = true;
  for (const char c : std::string_view("-._~!$&'()*+,=:@")) is[static_cast<unsigned char>(c)] = true;
  return is;
}();

bool is_plain(char c) { return kIsPlain[static_cast<unsigned char>(c)]; }

// Whether some character may not stand in a target at all.
bool has_forbidden(std::string_view raw) {
  return any_block(raw,
                   [](Bytes block) { return (block <= 0x20) | (block >= 0x7f) | (block == '\\') | (block == '#'); });
}

// Characters that would change how the path is taken apart if some server decoded them once more.
bool is_dangerous_encoded(char c) {
  return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f ||
         std::string_view("/\\%?#;.").find(c) != std::string_view::npos;
}

// Whether a path that begins with a slash, and has nothing forbidden, is in normal form as it stands, as nearly all are. Of
// others it may say no.
bool is_normal(std::string_view path) {
  const auto other = [](Bytes block) {
    return (block == '%') | (block == ';') | (block == '"') | (block == '<') | (block == '>') | (block == '[') |
           (block == ']') | (block == '^') | (block == '`') | (block == '{') | (block == '|') | (block == '}');
  };
  if (any_block(path, other) || path.back() == '.') return false;
  if (path.size() <= kBlock)
    return path.find("//") == path.npos && path.find("/.") == path.npos && path.find("./") == path.npos;
  ByteMask doubtful{};
  const auto look_at = [&](std::size_t place) {
    const Bytes block = block_at(path.data() + place), next = block_at(path.data() + place + 1);
    doubtful |= ((block == '/') & ((next == '/') | (next == '.'))) | ((block == '.') & (next == '/'));
  };
  for (std::size_t place = 0; place + kBlock + 1 < path.size(); place += kBlock) look_at(place);
  look_at(path.size() - kBlock - 1);
  return !any(doubtful);
}

std::optional<std::string_view> check_segment(std::string_view segment, bool last) {
  if (segment.empty()) {
    if (last) return std::nullopt;
    return "The path has an empty segment (\"//\"), which servers read differently; write a single slash.";
  }
  if (segment == "." || segment == "..")
    return "The path has a \".\" or \"..\" segment; write the path that it leads to.";
  if (segment.back() == '.') return "A path segment ends in a dot, which some servers cut off; leave it out.";
  return std::nullopt;
}

// Writes the normal form of a path that begins with a slash and has nothing forbidden.
std::optional<std::string_view> decode(std::string_view path, std::string& out) {
  std::size_t segment = 1;
  out = "/";
  for (std::size_t i = 1; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '/') {
      if (const auto why = check_segment(std::string_view(out).substr(segment), false)) return why;
      out += '/';
      segment = out.size();
    } else if (c == '%') {
      if (i + 2 >= path.size() || hex_value(path[i + 1]) < 0 || hex_value(path[i + 2]) < 0) {
        return "The path has a percent sign that is not followed by two hex digits; write %25 for the sign itself.";
      }
      const char decoded = static_cast<char>(hex_value(path[i + 1]) << 4 | hex_value(path[i + 2]));
      if (is_dangerous_encoded(decoded)) {
        return "The path hides a slash, dot, percent sign or other special character behind a percent-encoding, which "
               "servers read differently.";
      }
      if (is_unreserved(decoded)) {
        out += decoded;
      } else {
        static constexpr char kDigits[] = "0123456789ABCDEF";
        out += '%';
        out += kDigits[static_cast<unsigned char>(decoded) >> 4];
        out += kDigits[static_cast<unsigned char>(decoded) & 15];
      }
      i += 2;
    } else if (c == ';') {
      return "The path has a ';', after which servers read differently; leave the parameter out.";
    } else if (is_plain(c)) {
      out += c;
    } else {
      return "The path has a character that must be percent-encoded; encode it as UTF-8.";
    }
  }
  return check_segment(std::string_view(out).substr(segment), true);
}

}  // namespace

void split_target(std::string_view raw, NormalTarget& target) {
  const std::size_t question = raw.find('?');
  target.path = raw.substr(0, question);
  target.has_query = question != std::string_view::npos;
  target.query = target.has_query ? raw.substr(question + 1) : std::string_view{};
}

std::optional<std::string_view> check_characters(std::string_view raw) {
  if (has_forbidden(raw)) return "The path or query has a character that must be percent-encoded; encode it as UTF-8.";
  return std::nullopt;
}

std::optional<std::string_view> normalize_target(std::string_view raw, NormalTarget& target) {
  target.path = target.query = {};
  target.has_query = false;
  if (raw.size() > kMaxTargetBytes) return "The path and query are longer than 16 KiB; shorten them.";
  if (raw.empty() || raw.front() != '/')
    return "The request's target must begin with a slash; absolute addresses are not taken.";
  if (const auto why = check_characters(raw)) return why;
  split_target(raw, target);
  if (is_normal(target.path)) return std::nullopt;
  const std::string_view path = std::exchange(target.path, std::string_view{});
  if (const auto why = decode(path, target.decoded)) return why;
  target.path = target.decoded;
  return std::nullopt;
}

}  // namespace latchkey::catalog
