// The one normal form of a request target: what is checked is what is sent upstream.
//
//   NormalTarget target;
//   if (auto why = normalize_target("/current/actions/GetAllActions?$top=5", target)) deny(*why);
//   target.path == "/current/actions/GetAllActions";  target.query == "$top=5";
//
// Refused, never guessed (RFC 3986; the reason is a public sentence): anything but origin-form; control characters,
// spaces, non-ASCII bytes, backslashes, '#'; percent-encodings that are incomplete, or that hide '/', '\', '%', '?', '#',
// ';', '.', NUL, other controls or non-ASCII bytes; empty segments ("//"), "." and ".." segments, ';' parameters, a
// segment that ends in '.'. Percent-encoded unreserved characters are decoded; other encodings are kept with upper-case
// digits. The query is kept byte for byte (it is read by catalog/read_query.h).
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace latchkey::catalog {

inline constexpr std::size_t kMaxTargetBytes = 16 * 1024;

struct NormalTarget {
  std::string_view path;   // into the raw target, or into `decoded`
  std::string_view query;  // into the raw target, without '?'
  bool has_query = false;
  std::string decoded;  // storage is reused between requests

  NormalTarget() = default;
  NormalTarget(const NormalTarget&) = delete;
  NormalTarget& operator=(const NormalTarget&) = delete;
};

// Null when `target` now holds the normal form; otherwise why the raw target has no single reading.
std::optional<std::string_view> normalize_target(std::string_view raw, NormalTarget& target);

// The same for a target whose path is known to be in normal form: takes it apart as it stands at its first '?'.
void split_target(std::string_view raw, NormalTarget& target);
std::optional<std::string_view> check_characters(std::string_view raw);

}  // namespace latchkey::catalog
