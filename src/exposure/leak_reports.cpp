#include "exposure/leak_reports.h"

#include <algorithm>
#include <set>

#include "base/log.h"

namespace latchkey::exposure {
namespace {

constexpr std::size_t kMaxUrlBytes = 1'000;
constexpr std::size_t kMaxSourceBytes = 40;

}  // namespace

std::string harmless_url(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  // No blanks or line ends, quotes, or what could end a link or a tag in a mail or on a page.
  const auto plain = [](unsigned char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\';
  };
  if (!web || url.size() > kMaxUrlBytes || !std::ranges::all_of(url, plain)) return {};
  return std::string(url);
}

std::string harmless_source(std::string_view reporter, std::string_view source) {
  const auto word = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  if (source.empty() || source.size() > kMaxSourceBytes || !std::ranges::all_of(source, word))
    return std::string(reporter);
  return fmt::format("{}/{}", reporter, source);
}

Result<void> LeakReports::take(std::string_view reporter, const std::vector<ReportedToken>& tokens) {
  std::vector<const ReportedToken*> ours;
  std::vector<std::string_view> secrets;
  for (const ReportedToken& token : tokens) {
    if (!is_well_formed(token.token.expose())) continue;
    ours.push_back(&token);
    secrets.push_back(token.token.expose());
  }
  const auto found = secrets_.find(secrets);
  std::set<std::tuple<std::uint64_t, std::string, std::string>> done;
  std::size_t known = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (!found[i]) continue;
    ++known;
    ExposureEvent event{.tenant = found[i]->tenant,
                        .key = found[i]->key,
                        .secret = found[i]->secret,
                        .how = ExposureHow::kLeakReport,
                        .source = harmless_source(reporter, ours[i]->source),
                        .url = harmless_url(ours[i]->url),
                        .at = clock_.now()};
    // An address may hold a secret itself, which must not be kept.
    if (event.url.find(format_.lead()) != std::string::npos) event.url.clear();
    if (!done.emplace(event.secret, event.source, event.url).second) continue;
    LK_TRY(exposures_.report(event));
  }
  log::info("leak_report.taken", {{"reporter", reporter},
                                  {"tokens", std::to_string(tokens.size())},
                                  {"well_formed", std::to_string(ours.size())},
                                  {"known", std::to_string(known)}});
  return {};
}

}  // namespace latchkey::exposure
