#include <nlohmann/json.hpp>

#include "base/version.h"
#include "cli/scan_output.h"
#include "cli/server_url.h"

namespace latchkey::cli {
namespace {

using Json = nlohmann::ordered_json;
using scan::Origin;
using scan::Part;
using scan::Place;

constexpr std::string_view kApiKey = "latchkey/api-key", kOperatorKey = "latchkey/operator-key";

Json rule(std::string_view id, std::string_view name, std::string_view text, std::string_view severity) {
  return {
      {"id", id},
      {"name", name},
      {"shortDescription", {{"text", text}}},
      {"help",
       {{"text",
         "Revoke or rotate the key, then take it out of the file, and out of the history if it was committed. Whoever "
         "could read it may have kept it."}}},
      {"defaultConfiguration", {{"level", "error"}}},
      {"properties", {{"tags", Json::array({"security", "secret"})}, {"security-severity", severity}}}};
}

// RFC 3986: the slashes stay, and a relative one can't be taken for another scheme.
std::string uri_of(const std::string& path) {
  std::string out = path.starts_with('/') ? "file://" : "";
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t slash = std::min(path.find('/', from), path.size());
    out += percent_encoded(std::string_view(path).substr(from, slash - from));
    if (slash < path.size()) out += '/';
    from = slash + 1;
  }
  return out;
}

Json location(const Place& place) {
  const bool no_file = place.part == Part::kCommitMessage || place.part == Part::kTagMessage || place.path.empty();
  if (no_file) {
    const std::string name = "git object " + place.object;
    return {{"logicalLocations", Json::array({Json{{"fullyQualifiedName", name}, {"kind", "object"}}})}};
  }
  const std::string path = path_of(place);
  Json physical = {{"artifactLocation", {{"uri", uri_of(path)}}}};
  if (!path.starts_with('/')) physical["artifactLocation"]["uriBaseId"] = "%SRCROOT%";
  if (place.line != 0) physical["region"] = {{"startLine", place.line}, {"startColumn", place.column}};
  return {{"physicalLocation", physical}};
}

std::string message(const scan::FoundSecret& secret, const Place& place, const std::string& status) {
  std::string out = fmt::format("{} key ({}) is ", secret.operator_key ? "An operator" : "An API", secret.hint);
  switch (place.part) {
    case Part::kContent: out += place.origin == Origin::kUnreachable ? "in an object of git" : "in this file"; break;
    case Part::kName: out += "in this file's name"; break;
    case Part::kCommitMessage: out += "in the message of a commit"; break;
    case Part::kTagMessage: out += "in the message of a tag"; break;
  }
  switch (place.origin) {
    case Origin::kFile: break;
    case Origin::kStaged: out += ", as it is staged"; break;
    case Origin::kHistory: out += fmt::format(", first in {}", place.object); break;
    case Origin::kUnreachable: out += fmt::format(" that no ref leads to, {}", place.object); break;
  }
  out += ".";
  if (!status.empty()) out += " Its status: " + status + ".";
  return out;
}

Json notifications(const std::vector<std::string>& sentences, std::string_view level) {
  Json out = Json::array();
  for (const std::string& sentence : sentences) out.push_back({{"level", level}, {"message", {{"text", sentence}}}});
  return out;
}

}  // namespace

std::string scan_sarif(const ScanResult& result) {
  const scan::Report& report = result.report;
  Json results = Json::array();
  for (const scan::Finding& finding : report.findings) {
    const scan::FoundSecret& secret = report.secrets[finding.secret];
    const std::string status = result.status_of(finding.secret);
    Json one = {{"ruleId", secret.operator_key ? kOperatorKey : kApiKey},
                {"ruleIndex", secret.operator_key ? 1 : 0},
                {"level", "error"},
                {"message", {{"text", message(secret, finding.place, status)}}},
                {"locations", Json::array({location(finding.place)})},
                {"partialFingerprints", {{"latchkeyKey/v1", secret.fingerprint}}}};
    if (!status.empty()) one["properties"]["status"] = status;
    if (finding.place.origin == Origin::kHistory) one["properties"]["commit"] = finding.place.object;
    results.push_back(std::move(one));
  }
  Json told = notifications(report.errors, "error");
  if (!result.statuses.trouble.empty())
    told.push_back({{"level", "warning"}, {"message", {{"text", result.statuses.trouble}}}});
  for (Json& note : notifications(report.notes, "note")) told.push_back(std::move(note));
  const Json driver = {
      {"name", "latchkey"},
      {"semanticVersion", version()},
      {"rules", Json::array({rule(kApiKey, "ApiKeyLeaked", "An API key that others can read", "8.0"),
                             rule(kOperatorKey, "OperatorKeyLeaked",
                                  "An operator key, which opens everything, that others can read", "10.0")})}};
  const Json invocation = {{"executionSuccessful", report.errors.empty()}, {"toolExecutionNotifications", told}};
  const Json run = {{"tool", {{"driver", driver}}},
                    {"invocations", Json::array({invocation})},
                    {"columnKind", "unicodeCodePoints"},
                    {"results", results}};
  const Json out = {
      {"$schema", "https://json.schemastore.org/sarif-2.1.0.json"}, {"version", "2.1.0"}, {"runs", Json::array({run})}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace latchkey::cli
