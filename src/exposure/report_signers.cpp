#include "exposure/report_signers.h"

#include <algorithm>

#include "credential/ecdsa.h"
#include "credential/report_signature.h"

namespace latchkey::exposure {

Result<void> check_scanner_name(std::string_view name) {
  const auto fine = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  if (!name.empty() && name.size() <= 40 && std::ranges::all_of(name, fine) && name != kGithub) return {};
  return fail(ErrorCode::kInvalidArgument, "A scanner's name has 1 to 40 of a-z, 0-9, _ and -, and is not \"github\".");
}

std::optional<std::string> ReportSigners::signer_of(const SignedReport& report) const {
  const bool by_github = !report.github_key.empty() || !report.github_signature.empty();
  const bool by_scanner = !report.scanner.empty() || !report.scanner_signature.empty();
  if (by_github == by_scanner) return std::nullopt;
  if (by_github) {
    if (github_ == nullptr || report.github_signature.empty()) return std::nullopt;
    const auto pem = github_->find(report.github_key);
    if (!pem || !credential::ecdsa_verifies(*pem, report.body, report.github_signature)) return std::nullopt;
    return std::string(kGithub);
  }
  const auto at = scanners_.find(report.scanner);
  if (at == scanners_.end()) {
    // As much work as for one that is known, so that names can't be told apart by the time it takes.
    (void)credential::hmac_verifies(Secret("nobody's"), report.body, report.scanner_signature, clock_.now());
    return std::nullopt;
  }
  if (!credential::hmac_verifies(at->second, report.body, report.scanner_signature, clock_.now())) return std::nullopt;
  return at->first;
}

}  // namespace latchkey::exposure
