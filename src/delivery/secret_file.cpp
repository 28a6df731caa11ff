#include "delivery/secret_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace latchkey::delivery {
namespace {

constexpr std::size_t kMaxBytes = 16 * 1024;

}  // namespace

Result<Secret> read_secret_file(const std::string& path, const std::string& what) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return fail(ErrorCode::kUnauthenticated, fmt::format("The file {} with {} could not be read: {}.", path, what,
                                                         std::generic_category().message(errno)));
  }
  std::string text(kMaxBytes, '\0');
  const ssize_t got = ::read(file, text.data(), text.size());
  ::close(file);
  std::string_view line(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  // It goes into a header: a control character would start another one.
  const bool usable = !line.empty() && std::ranges::all_of(line, [](char c) { return c > ' ' && c < 127; });
  Secret secret = usable ? Secret::copy_of(line) : Secret();
  wipe(text);
  if (usable) return secret;
  return fail(ErrorCode::kUnauthenticated, fmt::format("The first line of the file {} must be {}.", path, what));
}

}  // namespace latchkey::delivery
