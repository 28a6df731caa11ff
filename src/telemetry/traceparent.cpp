#include "telemetry/traceparent.h"

#include <algorithm>
#include <array>

namespace latchkey::telemetry {
namespace {

struct Part {
  std::size_t at, length;
};
constexpr Part kVersion{0, 2}, kTrace{3, 32}, kParent{36, 16}, kFlags{53, 2};
constexpr std::size_t kLength = 55;

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

}  // namespace

std::optional<TraceParent> parse_traceparent(std::string_view value) {
  if (value.size() < kLength) return std::nullopt;
  const auto part = [value](Part p) { return value.substr(p.at, p.length); };
  for (const Part p : {kVersion, kTrace, kParent, kFlags}) {
    if (!is_lower_hex(part(p))) return std::nullopt;
    if (p.at > 0 && value[p.at - 1] != '-') return std::nullopt;
  }
  const std::string_view version = part(kVersion);
  if (version == "ff") return std::nullopt;
  // Version 00 ends here; a later one may go on after another dash.
  if (value.size() > kLength && (version == "00" || value[kLength] != '-')) return std::nullopt;
  if (is_zero(part(kTrace)) || is_zero(part(kParent))) return std::nullopt;
  const char low = value[kFlags.at + 1];
  const int digit = low <= '9' ? low - '0' : low - 'a' + 10;
  return TraceParent{part(kTrace), part(kParent), (digit & 1) != 0};
}

}  // namespace latchkey::telemetry
