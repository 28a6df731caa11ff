#include <algorithm>

#include "cli/scan_output.h"
#include "scan/finder.h"
#include "scan/walk.h"

namespace latchkey::cli {
namespace {

using scan::Finding;
using scan::Origin;
using scan::Part;
using scan::Place;

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return fmt::format("{} {}", digits, count == 1 ? one : many);
}

std::string size_of(std::uint64_t bytes) {
  if (bytes < 10'000) return fmt::format("{} bytes", bytes);
  if (bytes < 10'000'000) return fmt::format("{} kB", bytes / 1000);
  if (bytes < 10'000'000'000) return fmt::format("{} MB", bytes / 1'000'000);
  return fmt::format("{:.1f} GB", static_cast<double>(bytes) / 1e9);
}

std::string place_of(const Place& place) {
  std::string out = scan::shown(path_of(place));
  if (place.line != 0) out += fmt::format(":{}:{}", place.line, place.column);
  return out;
}

// Behind the hint: in what.
std::string where(const Place& place) {
  const std::string commit = place.object.substr(0, 12);
  switch (place.part) {
    case Part::kCommitMessage:
      return place.origin == Origin::kUnreachable ? "" : ", in the message of commit " + commit;
    case Part::kTagMessage: return ", in the message of tag " + commit;
    case Part::kName:
    case Part::kContent: break;
  }
  std::string out = place.part == Part::kName ? ", in the name itself" : "";
  switch (place.origin) {
    case Origin::kFile: return out;
    case Origin::kStaged: return out + ", staged";
    case Origin::kHistory:
      return out + fmt::format(", first in commit {} of {}", commit, format_rfc3339(place.committed).substr(0, 10));
    case Origin::kUnreachable: return out + fmt::format(", in object {}, which no ref leads to", commit);
  }
  return out;
}

}  // namespace

std::string path_of(const Place& place) {
  const std::string path = place.repository.empty() ? place.path : scan::joined(place.repository, place.path);
  return scan::without_keys(path.starts_with("./") && path.size() > 2 ? path.substr(2) : path);
}

std::string scan_text(const ScanResult& result) {
  std::string out;
  for (const Finding& finding : result.report.findings) {
    if (!out.empty()) out += '\n';
    out += fmt::format("{}: {}{}", place_of(finding.place), result.report.secrets[finding.secret].hint,
                       where(finding.place));
    const std::string status = result.status_of(finding.secret);
    if (!status.empty()) out += " [" + status + "]";
  }
  return out;
}

std::string scan_summary(const ScanResult& result) {
  const scan::Report& report = result.report;
  std::vector<bool> told(report.secrets.size());
  for (const Finding& finding : report.findings) told[finding.secret] = true;
  const auto keys = static_cast<std::uint64_t>(std::ranges::count(told, true));
  std::uint64_t live = 0;
  for (std::size_t i = 0; i < result.statuses.of.size(); ++i)
    live += told[i] && result.statuses.of[i] == SecretStatus::kLive ? 1 : 0;
  std::string out = report.findings.empty()
                        ? "No key found. "
                        : fmt::format("{} in {}", counted(keys, "key", "keys"),
                                      counted(report.findings.size() + report.untold, "place", "places"));
  if (!report.findings.empty()) {
    if (!result.statuses.of.empty()) out += fmt::format(", {} live", live);
    if (report.untold != 0) out += fmt::format("; {} places are not listed", report.untold);
    out += ". ";
  }
  out += "Scanned " + counted(report.counts.files, "file", "files") + " (" + size_of(report.counts.file_bytes) + ")";
  if (report.counts.objects != 0) {
    out += " and " + counted(report.counts.objects, "git object", "git objects") + " (" +
           size_of(report.counts.object_bytes) + ")";
  }
  out += fmt::format(" in {:.1f} s.", static_cast<double>(result.took_ms) / 1000);
  if (!report.findings.empty())
    out += " A key that was seen by others has to be revoked; taking it out of the files is not enough.";
  return out;
}

}  // namespace latchkey::cli
