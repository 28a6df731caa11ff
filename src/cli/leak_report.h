// Sends what a scan found to a server as a signed report (docs/leaks.md), so that it deals with the keys that are its own.
#pragma once
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "cli/client.h"
#include "scan/report.h"

namespace latchkey::cli {

struct Reporter {
  std::string scanner;   // the name that the server knows it by
  Secret secret;         // that it shares with the server
  std::string url_base;  // what a path is put behind, to say where a key was found; empty: no place is told
};

// The first line of the file is the secret.
Attempt<Reporter> read_reporter(std::string scanner, const std::string& secret_file, std::string url_base);

// API keys, each with the first place where it stands; operator keys are left out, which reports can't be about. Answers how many
// were sent.
Attempt<std::size_t> send_report(const Client& client, const Reporter& reporter, const scan::Report& report,
                                 const Clock& clock);

// The bodies of such reports, each with kMaxTokens at most. They hold secrets: wipe them.
inline constexpr std::size_t kMaxTokens = 1'000;
std::vector<std::string> report_bodies(const Reporter& reporter, const scan::Report& report);

}  // namespace latchkey::cli
