#include <nlohmann/json.hpp>

#include "cli/scan_output.h"

namespace latchkey::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string_view to_string(scan::Origin origin) {
  switch (origin) {
    case scan::Origin::kFile: return "file";
    case scan::Origin::kStaged: return "staged";
    case scan::Origin::kHistory: return "history";
    case scan::Origin::kUnreachable: return "unreachable";
  }
  return "";
}

std::string_view to_string(scan::Part part) {
  switch (part) {
    case scan::Part::kContent: return "content";
    case scan::Part::kName: return "name";
    case scan::Part::kCommitMessage: return "commit_message";
    case scan::Part::kTagMessage: return "tag_message";
  }
  return "";
}

template <class T>
Json or_null(bool there, const T& value) {
  return there ? Json(value) : Json(nullptr);
}

}  // namespace

std::string scan_json(const ScanResult& result) {
  const scan::Report& report = result.report;
  Json findings = Json::array();
  for (const scan::Finding& finding : report.findings) {
    const scan::Place& place = finding.place;
    const scan::FoundSecret& secret = report.secrets[finding.secret];
    const std::string status = result.status_of(finding.secret);
    const bool history = place.origin == scan::Origin::kHistory;
    findings.push_back({{"hint", secret.hint},
                        {"fingerprint", secret.fingerprint},
                        {"kind", secret.operator_key ? "operator_key" : "api_key"},
                        {"status", or_null(!status.empty(), status)},
                        {"origin", to_string(place.origin)},
                        {"part", to_string(place.part)},
                        {"path", path_of(place)},
                        {"line", or_null(place.line != 0, place.line)},
                        {"column", or_null(place.line != 0, place.column)},
                        {"commit", or_null(history, place.object)},
                        {"committed_at", or_null(history, format_rfc3339(place.committed))},
                        {"object", or_null(place.origin == scan::Origin::kUnreachable, place.object)}});
  }
  Json errors = report.errors;
  if (!result.statuses.trouble.empty()) errors.push_back(result.statuses.trouble);
  const Json out = {{"findings", findings},
                    {"findings_not_listed", report.untold},
                    {"errors", errors},
                    {"errors_not_listed", report.errors_untold},
                    {"notes", report.notes},
                    {"scanned",
                     {{"files", report.counts.files},
                      {"file_bytes", report.counts.file_bytes},
                      {"git_objects", report.counts.objects},
                      {"git_object_bytes", report.counts.object_bytes}}}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace latchkey::cli
