#include "catalog/path_template.h"

#include "catalog/catalog.h"
#include "catalog/path.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxSegments = 32;
constexpr std::size_t kMaxSegmentBytes = 256;

std::unexpected<Error> wrong(std::string message) { return fail(ErrorCode::kInvalidArgument, std::move(message)); }

Result<TemplateSegment> parse_segment(std::string_view text) {
  if (text.size() > kMaxSegmentBytes)
    return wrong(fmt::format("A segment of the path is longer than {} bytes.", kMaxSegmentBytes));
  if (text.find_first_of("{}") == std::string_view::npos) return TemplateSegment{std::string(text), false};
  const bool whole = text.size() > 2 && text.front() == '{' && text.back() == '}';
  const std::string_view name = whole ? text.substr(1, text.size() - 2) : std::string_view{};
  if (!whole || name.find_first_of("{}") != std::string_view::npos) {
    return wrong(fmt::format(
        "The segment \"{}\" is only in part a parameter; a parameter must be a whole segment, such as \"/{{id}}/\".",
        text));
  }
  return TemplateSegment{std::string(name), true};
}

// The template with an ordinary value for each parameter must be in normal form already.
Result<void> check_normal(const PathTemplate& parsed) {
  std::string example;
  for (const TemplateSegment& segment : parsed.segments) example += "/" + (segment.parameter ? "x" : segment.text);
  if (example.find('?') != std::string::npos)
    return wrong("A path has no query; describe what follows the \"?\" as parameters.");
  NormalTarget normal;
  if (const auto why = normalize_target(example, normal))
    return wrong(fmt::format("No request could have this path: {}", *why));
  if (normal.path != example)
    return wrong(fmt::format("The path is not in normal form, so no request would match it; write \"{}\".",
                             normal.path));
  return {};
}

}  // namespace

bool PathTemplate::has_parameters() const {
  return std::any_of(segments.begin(), segments.end(),
                     [](const TemplateSegment& segment) { return segment.parameter; });
}

Result<PathTemplate> parse_template(std::string_view text) {
  if (!text.starts_with('/')) return wrong("A path begins with \"/\".");
  PathTemplate parsed;
  std::string_view rest = text;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(part.size());
    LK_ASSIGN(TemplateSegment segment, parse_segment(part));
    if (parsed.segments.size() == kMaxSegments)
      return wrong(fmt::format("The path has more than {} segments.", kMaxSegments));
    const auto twice = [&](const TemplateSegment& other) { return other.parameter && other.text == segment.text; };
    if (segment.parameter && std::any_of(parsed.segments.begin(), parsed.segments.end(), twice)) {
      return wrong(fmt::format("The path has the parameter \"{}\" twice; each needs a name of its own.", segment.text));
    }
    parsed.segments.push_back(std::move(segment));
  }
  LK_TRY(check_normal(parsed));
  return parsed;
}

Overlap compare(const PathTemplate& a, const PathTemplate& b, bool ignore_case) {
  if (a.segments.size() != b.segments.size()) return Overlap::kNone;
  bool a_more_special = false, b_more_special = false;
  for (std::size_t i = 0; i < a.segments.size(); ++i) {
    const TemplateSegment &one = a.segments[i], &other = b.segments[i];
    if (one.parameter && other.parameter) continue;
    if (one.parameter) {
      b_more_special = true;
    } else if (other.parameter) {
      a_more_special = true;
    } else if (!(ignore_case ? equal_ignoring_ascii_case(one.text, other.text) : one.text == other.text)) {
      return Overlap::kNone;
    }
  }
  if (!a_more_special && !b_more_special) return Overlap::kSame;
  return a_more_special && b_more_special ? Overlap::kAmbiguous : Overlap::kNone;
}

}  // namespace latchkey::catalog
