#include "scan/ignore.h"

#include <algorithm>
#include <array>

namespace latchkey::scan {
namespace {

constexpr std::size_t kMaxRules = 20'000;

bool in_class(std::string_view name, unsigned char c) {
  const bool lower = c >= 'a' && c <= 'z', upper = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
  const bool graph = c > 0x20 && c < 0x7F;
  if (name == "alpha") return lower || upper;
  if (name == "digit") return digit;
  if (name == "alnum") return lower || upper || digit;
  if (name == "lower") return lower;
  if (name == "upper") return upper;
  if (name == "blank") return c == ' ' || c == '\t';
  if (name == "space") return c == ' ' || (c >= '\t' && c <= '\r');
  if (name == "cntrl") return c < 0x20 || c == 0x7F;
  if (name == "graph") return graph;
  if (name == "print") return graph || c == ' ';
  if (name == "punct") return graph && !lower && !upper && !digit;
  if (name == "xdigit") return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  return false;
}

struct Bracket {
  std::size_t size = 0;  // 0: not closed, which matches nothing
  bool matches = false;
};

// The bracket that `pattern` begins with.
Bracket read_bracket(std::string_view pattern, char c) {
  const auto wanted = static_cast<unsigned char>(c);
  std::size_t i = 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool matches = false;
  for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    if (pattern.substr(i).starts_with("[:")) {
      const std::size_t end = pattern.find(":]", i + 2);
      if (end != std::string_view::npos) {
        matches |= in_class(pattern.substr(i + 2, end - i - 2), wanted);
        i = end + 2;
        continue;
      }
    }
    if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
    const auto low = static_cast<unsigned char>(pattern[i++]);
    unsigned char high = low;
    if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
      ++i;
      if (pattern[i] == '\\' && i + 1 < pattern.size()) ++i;
      high = static_cast<unsigned char>(pattern[i++]);
    }
    matches |= low <= wanted && wanted <= high;
  }
  if (i >= pattern.size()) return {};
  return {i + 1, matches != negated};
}

// How much of the pattern one character uses up; 0: they don't match.
std::size_t step(std::string_view pattern, char c) {
  switch (pattern.front()) {
    case '?': return 1;
    case '[': {
      const Bracket bracket = read_bracket(pattern, c);
      return bracket.matches ? bracket.size : 0;
    }
    case '\\': return pattern.size() > 1 && pattern[1] == c ? 2 : 0;
    default: return pattern.front() == c ? 1 : 0;
  }
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

// Segments as matches_glob does characters: only the last `**` ever has to take more.
bool matches_segments(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  std::size_t p = 0, at = 0, star = pattern.size(), resume = 0;
  while (at < path.size()) {
    if (p < pattern.size() && pattern[p] == "**") {
      // At the end it stands for what is inside a directory, which is never the directory itself.
      if (p + 1 == pattern.size()) return true;
      star = p++;
      resume = at;
    } else if (p < pattern.size() && matches_glob(pattern[p], path[at])) {
      ++p;
      ++at;
    } else if (star < pattern.size()) {
      p = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return p == pattern.size();
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view name) {
  std::size_t p = 0, at = 0, resume = 0;
  std::size_t star = std::string_view::npos;
  while (at < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = at;
      continue;
    }
    const std::size_t used = p < pattern.size() ? step(pattern.substr(p), name[at]) : 0;
    if (used != 0) {
      p += used;
      ++at;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

IgnoreRules IgnoreRules::parse(std::string_view text) {
  IgnoreRules out;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty() && out.rules_.size() < kMaxRules) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    // Blanks at the end count only behind a backslash.
    while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') continue;
    Rule rule;
    if (line.front() == '!') {
      rule.kept = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      rule.directories_only = true;
      line.remove_suffix(1);
    }
    rule.anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    if (line.empty()) continue;
    rule.plain = line.find_first_of("*?[\\") == std::string_view::npos;
    for (const std::string_view segment : split(line)) rule.segments.emplace_back(segment);
    out.rules_.push_back(std::move(rule));
  }
  return out;
}

IgnoreRules::Verdict IgnoreRules::judge(std::string_view path, bool directory) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  std::vector<std::string_view> segments;
  for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule) {
    if (rule->directories_only && !directory) continue;
    bool matches = false;
    if (!rule->anchored) {
      matches = rule->plain ? rule->segments[0] == name : matches_glob(rule->segments[0], name);
    } else {
      if (segments.empty()) segments = split(path);
      matches = matches_segments(rule->segments, segments);
    }
    if (matches) return rule->kept ? Verdict::kKept : Verdict::kIgnored;
  }
  return Verdict::kSilent;
}

}  // namespace latchkey::scan
