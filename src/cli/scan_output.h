// What a scan found, for people and for programs. No more of a key than its hint is in any of it, not even if a path or a
// name holds one.
#pragma once
#include <cstdint>
#include <string>

#include "cli/secret_status.h"
#include "scan/report.h"

namespace latchkey::cli {

struct ScanResult {
  scan::Report report;
  SecretStatuses statuses;  // empty if no server was asked
  std::int64_t took_ms = 0;

  // Nothing if no server was asked about it.
  std::string status_of(std::size_t secret) const {
    return secret < statuses.of.size() ? std::string(to_string(statuses.of[secret])) : "";
  }
};

// A line for each place, without a line end behind the last; empty if nothing was found.
std::string scan_text(const ScanResult& result);
// What was done, in a sentence or two.
std::string scan_summary(const ScanResult& result);
std::string scan_json(const ScanResult& result);
// SARIF 2.1.0 (OASIS), as code hosts and editors read it.
std::string scan_sarif(const ScanResult& result);

// A path without keys, as the documents have it; what is not UTF-8 is replaced when they are written.
std::string path_of(const scan::Place& place);

}  // namespace latchkey::cli
