#include "delivery/aws_credentials.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace latchkey::delivery {
namespace {

constexpr std::size_t kMaxFileBytes = 64 * 1024;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// The name in a line such as "[latchkey]"; AWS' config file writes "[profile latchkey]".
std::string_view section_of(std::string_view line) {
  line = trimmed(line.substr(1, line.find(']') - 1));
  if (line.starts_with("profile ")) line = trimmed(line.substr(8));
  return line;
}

void take(std::string_view line, AwsCredentials& credentials) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view name = trimmed(line.substr(0, equals)), value = trimmed(line.substr(equals + 1));
  if (name == "aws_access_key_id") credentials.access_key_id = value;
  if (name == "aws_secret_access_key") credentials.secret_access_key = Secret::copy_of(value);
  if (name == "aws_session_token") credentials.session_token = Secret::copy_of(value);
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
}

}  // namespace

bool are_usable(const AwsCredentials& credentials) {
  return !credentials.access_key_id.empty() && !credentials.secret_access_key.empty() &&
         is_visible(credentials.access_key_id) && is_visible(credentials.secret_access_key.expose()) &&
         is_visible(credentials.session_token.expose());
}

AwsCredentials copy_of(const AwsCredentials& credentials) {
  return {credentials.access_key_id, Secret::copy_of(credentials.secret_access_key.expose()),
          Secret::copy_of(credentials.session_token.expose())};
}

Result<AwsCredentials> parse_aws_credentials(std::string_view file, const std::string& profile) {
  AwsCredentials credentials;
  bool ours = false, found = false;
  while (!file.empty()) {
    const std::size_t end = std::min(file.find('\n'), file.size());
    const std::string_view line = trimmed(file.substr(0, end));
    file.remove_prefix(std::min(end + 1, file.size()));
    if (line.empty() || line[0] == '#' || line[0] == ';') continue;
    if (line[0] == '[') {
      ours = section_of(line) == profile;
      found = found || ours;
    } else if (ours) {
      take(line, credentials);
    }
  }
  if (!found) return fail(ErrorCode::kUnauthenticated, fmt::format("it has no profile [{}]", profile));
  if (!are_usable(credentials)) {
    return fail(ErrorCode::kUnauthenticated,
                fmt::format("its profile [{}] lacks aws_access_key_id or aws_secret_access_key", profile));
  }
  return credentials;
}

Result<AwsCredentials> read_aws_credentials(const std::string& path, const std::string& profile) {
  const auto wrong = [&](std::string_view why) {
    return fail(ErrorCode::kUnauthenticated, fmt::format("The credentials file {} can't be used: {}.", path, why));
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return wrong(std::generic_category().message(errno));
  std::string text(kMaxFileBytes, '\0');
  const ssize_t got = ::read(file, text.data(), text.size());
  const int why = errno;
  ::close(file);
  if (got < 0) return wrong(std::generic_category().message(why));
  auto credentials = parse_aws_credentials(std::string_view(text).substr(0, static_cast<std::size_t>(got)), profile);
  wipe(text);
  if (!credentials) return wrong(credentials.error().message);
  return credentials;
}

}  // namespace latchkey::delivery
