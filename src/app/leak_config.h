// Who may report leaks, from the settings of `latchkey serve` and, for scanners of one's own, from tables of its file:
//
//   [leak_reports.scanners.ci]
//   secret_file = "/etc/latchkey/ci-scanner-secret"
//
// Nobody may unless it says so.
#pragma once
#include <string>

#include "exposure/report_signers.h"

namespace latchkey::app {

inline constexpr std::string_view kGithubKeys = "https://api.github.com/meta/public_keys/secret_scanning";

struct LeakConfig {
  bool github = false;
  std::string github_keys = std::string(kGithubKeys);
  exposure::ReportSigners::Scanners scanners;
  bool any() const { return github || !scanners.empty(); }
};

inline constexpr std::size_t kMaxScanners = 100;
inline constexpr std::size_t kMinSharedSecretBytes = 32;

// From a file that is sound TOML. kInvalidArgument with a line for each mistake.
Result<exposure::ReportSigners::Scanners> read_scanners(const std::string& path);

}  // namespace latchkey::app
