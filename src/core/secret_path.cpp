#include "core/secret_path.h"

namespace latchkey {
namespace {

bool may_stand_in_a_segment(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

bool is_segment(std::string_view segment) {
  return !segment.empty() && segment.find_first_not_of('.') != std::string_view::npos &&
         std::ranges::all_of(segment, may_stand_in_a_segment);
}

}  // namespace

Result<void> check_secret_path(std::string_view path) {
  bool fits = path.size() <= kMaxSecretPathBytes;
  for (std::size_t start = 0; fits && start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    fits = is_segment(path.substr(start, end - start));
    start = end + 1;
  }
  if (fits) return {};
  return fail(ErrorCode::kInvalidArgument,
              "A path in a secret manager is made of segments like billing/mailer: letters, digits, _, . and -, parted "
              "by /, none of dots alone, at most 200 characters.");
}

std::string full_secret_path(std::string_view prefix, std::int64_t cid, std::string_view path) {
  return fmt::format("{}/{}/{}", prefix, cid, path);
}

}  // namespace latchkey
