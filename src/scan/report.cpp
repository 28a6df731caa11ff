#include "scan/report.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "credential/digest.h"
#include "credential/format.h"
#include "scan/finder.h"

namespace latchkey::scan {
namespace {

// How long the UTF-8 character is that `text` begins with; 0 if it begins with none, or with one that a terminal obeys.
std::size_t printable_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<std::uint8_t>(text[i]) : 0u; };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : 0;
  if (first >= 0xC2 && first <= 0xDF) return continues(1) && (first != 0xC2 || byte(1) >= 0xA0) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (!continues(1) || !continues(2)) return 0;
    const unsigned code = (first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    // Surrogates are no characters; marks of direction make a name look like another.
    const bool directs =
        (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    return code >= 0x800 && (code < 0xD800 || code > 0xDFFF) && !directs ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool in_range = (first != 0xF0 || byte(1) >= 0x90) && (first != 0xF4 || byte(1) < 0x90);
    return continues(1) && continues(2) && continues(3) && in_range ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string shown(std::string_view path) {
  const std::string text = without_keys(path);
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = printable_character(std::string_view(text).substr(i));
    if (size == 0) {
      out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text[i++]));
    } else {
      out.append(text, i, size);
      i += size;
    }
  }
  return out;
}

std::size_t Collector::secret(std::string_view key) {
  const credential::Digest digest = credential::sha256(key);
  const std::string name(reinterpret_cast<const char*>(digest.data()), digest.size());
  const std::lock_guard lock(mutex_);
  const auto [at, added] = numbers_.emplace(name, report_.secrets.size());
  if (added) {
    std::string fingerprint;
    for (std::size_t i = 0; i < 8; ++i) fingerprint += fmt::format("{:02x}", digest[i]);
    report_.secrets.push_back({Secret::copy_of(key), hint_of(key), std::move(fingerprint),
                               key.starts_with(credential::operator_key_format().prefix + "_")});
  }
  return at->second;
}

void Collector::add(std::size_t secret, Place place) {
  const std::lock_guard lock(mutex_);
  if (report_.findings.size() >= kMaxFindings) {
    ++report_.untold;
  } else {
    report_.findings.push_back({secret, std::move(place)});
  }
}

void Collector::error(std::string_view sentence) {
  const std::lock_guard lock(mutex_);
  if (report_.errors.size() >= kMaxErrors) {
    ++report_.errors_untold;
  } else {
    report_.errors.push_back(shown(sentence));
  }
}

void Collector::note(std::string_view sentence) {
  const std::lock_guard lock(mutex_);
  if (report_.notes.size() < kMaxErrors) report_.notes.push_back(shown(sentence));
}

Report Collector::finish() {
  const std::lock_guard lock(mutex_);
  const auto order = [this](const Finding& finding) {
    const Place& p = finding.place;
    return std::tie(p.origin, p.repository, p.path, p.committed, p.object, p.line, p.column, p.part,
                    report_.secrets[finding.secret].hint);
  };
  std::ranges::sort(report_.findings, [&](const Finding& a, const Finding& b) { return order(a) < order(b); });
  const auto again = std::ranges::unique(report_.findings, [&](const Finding& a, const Finding& b) {
    return a.secret == b.secret && order(a) == order(b);
  });
  report_.findings.erase(again.begin(), again.end());
  std::ranges::sort(report_.errors);
  numbers_.clear();
  return std::exchange(report_, {});
}

}  // namespace latchkey::scan
