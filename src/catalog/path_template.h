// A path template of an OpenAPI document, such as "/v1/campaigns/{campaign}", taken apart. For this room only.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace latchkey::catalog {

struct TemplateSegment {
  std::string text;  // the literal, or the parameter's name
  bool parameter = false;
};

struct PathTemplate {
  std::vector<TemplateSegment> segments;
  bool has_parameters() const;
};

// How the requests of two templates relate (of one method).
enum class Overlap {
  kNone,       // no path matches both, or one is more special than the other in every segment and wins
  kSame,       // they match the same paths
  kAmbiguous,  // some path matches both, and neither is the more special one
};

// Refuses what no request in normal form (catalog/path.h) could ever match.
Result<PathTemplate> parse_template(std::string_view text);
Overlap compare(const PathTemplate& a, const PathTemplate& b, bool ignore_case);

}  // namespace latchkey::catalog
