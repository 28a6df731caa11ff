// Request targets from anyone: what is accepted has one normal form, which hides nothing.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "catalog/path.h"

namespace latchkey::catalog {
namespace {

void check_normal(std::string_view path) {
  LK_CHECK(path.starts_with('/'));
  LK_CHECK(path.find("//") == std::string_view::npos);
  LK_CHECK(path.find("/./") == std::string_view::npos && path.find("/../") == std::string_view::npos);
  LK_CHECK(!path.ends_with("/.") && !path.ends_with("/.."));
  LK_CHECK(path.find_first_of(std::string_view("\\?#; \0", 6)) == std::string_view::npos);
  for (const char* hidden : {"%2F", "%5C", "%25", "%3F", "%23", "%3B", "%2E", "%00", "%2f", "%5c"}) {
    LK_CHECK(path.find(hidden) == std::string_view::npos);
  }
  for (const char c : path) LK_CHECK(c > 0x20 && c < 0x7f);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view raw(reinterpret_cast<const char*>(data), size);
  NormalTarget target;
  if (normalize_target(raw, target)) return 0;
  check_normal(target.path);
  LK_CHECK(target.has_query == (raw.find('?') != std::string_view::npos));

  NormalTarget again;
  LK_CHECK(!normalize_target(target.path, again));
  LK_CHECK(again.path == target.path);
  return 0;
}

}  // namespace latchkey::catalog
