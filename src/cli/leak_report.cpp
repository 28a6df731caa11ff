#include "cli/leak_report.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/scan_output.h"
#include "credential/report_signature.h"

namespace latchkey::cli {
namespace {

constexpr std::size_t kMaxSecretBytes = 1'024;
constexpr std::size_t kMaxUrlBytes = 1'000;  // of more the server keeps nothing

std::string_view source_of(scan::Origin origin) {
  switch (origin) {
    case scan::Origin::kFile: return "file";
    case scan::Origin::kStaged: return "staged";
    case scan::Origin::kHistory: return "commit";
    case scan::Origin::kUnreachable: return "unreachable";
  }
  return "";
}

std::string url_of(const Reporter& reporter, const scan::Place& place) {
  if (reporter.url_base.empty()) return {};
  std::string out = reporter.url_base;
  std::string_view rest = place.path;
  while (!rest.empty()) {
    const std::string_view segment = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(segment.size() + 1, rest.size()));
    if (segment.empty() || segment == ".") continue;
    if (!out.ends_with('/')) out += '/';
    out += percent_encoded(segment);
  }
  return out.size() <= kMaxUrlBytes ? out : std::string();
}

}  // namespace

Attempt<Reporter> read_reporter(std::string scanner, const std::string& secret_file, std::string url_base) {
  const auto wrong = [](std::string sentence) { return std::unexpected(Failure{kUsage, std::move(sentence)}); };
  std::ifstream file(secret_file, std::ios::binary);
  std::string line;
  std::getline(file, line);
  if (line.ends_with('\r')) line.pop_back();
  if (line.empty() || line.size() > kMaxSecretBytes) {
    return wrong("--report-secret-file must name a file whose first line is the secret shared with the server.");
  }
  if (!url_base.empty() && !url_base.starts_with("https://") && !url_base.starts_with("http://")) {
    return wrong("--report-base must be an address such as https://git.example/acme/app/blob/main.");
  }
  return Reporter{std::move(scanner), Secret(std::move(line)), std::move(url_base)};
}

std::vector<std::string> report_bodies(const Reporter& reporter, const scan::Report& report) {
  std::vector<std::string> bodies;
  std::vector<bool> sent(report.secrets.size());
  std::size_t tokens = 0;
  for (const scan::Finding& finding : report.findings) {
    const scan::FoundSecret& found = report.secrets[finding.secret];
    if (found.operator_key || sent[finding.secret]) continue;
    sent[finding.secret] = true;
    // What surrounds the secret is made first, so that the body grows in one step and leaves no copy of a secret behind.
    const std::string rest =
        fmt::format(R"(","type":"latchkey_api_key","url":{},"source":"{}"}})",
                    nlohmann::json(url_of(reporter, finding.place)).dump(), source_of(finding.place.origin));
    constexpr std::string_view kBegin = R"({"token":")";
    if (tokens % kMaxTokens == 0) {
      bodies.emplace_back("[");
      bodies.back().reserve(kMaxTokens * (kMaxUrlBytes + 256));
    } else {
      bodies.back() += ',';
    }
    bodies.back().append(kBegin).append(found.secret.expose()).append(rest);
    ++tokens;
  }
  for (std::string& body : bodies) body += ']';
  return bodies;
}

Attempt<std::size_t> send_report(const Client& client, const Reporter& reporter, const scan::Report& report,
                                 const Clock& clock) {
  std::size_t sent = 0;
  std::optional<Failure> failure;
  for (std::string& body : report_bodies(reporter, report)) {
    if (!failure) {
      const auto answer =
          client.post("/v1/leak-reports", body,
                      {{"Latchkey-Scanner", reporter.scanner},
                       {"Latchkey-Signature", credential::hmac_field(reporter.secret, body, clock.now())}});
      if (answer) {
        const nlohmann::json feedback = nlohmann::json::parse(*answer, nullptr, /*allow_exceptions=*/false);
        sent += feedback.is_array() ? feedback.size() : 0;
      } else {
        failure = answer.error();
      }
    }
    wipe(body);
  }
  if (failure) return std::unexpected(std::move(*failure));
  return sent;
}

}  // namespace latchkey::cli
