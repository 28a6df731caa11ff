#include "app/pepper_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <sstream>

namespace latchkey::app {
namespace {

constexpr std::size_t kMaxFileBytes = 64 * 1024;

std::optional<std::string> unhex(std::string_view hex) {
  if (hex.empty() || hex.size() % 2 != 0) return std::nullopt;
  std::string bytes(hex.size() / 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint8_t value = 0;
    const char* first = hex.data() + 2 * i;
    const auto [end, error] = std::from_chars(first, first + 2, value, 16);
    if (error != std::errc{} || end != first + 2) return std::nullopt;
    bytes[i] = static_cast<char>(value);
  }
  return bytes;
}

}  // namespace

Result<credential::Peppers> parse_peppers(std::string text, const std::string& where) {
  std::vector<credential::Peppers::Pepper> peppers;
  for (char& c : text) {
    if (c == ',') c = '\n';
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::size_t blank = line.find(' ');
    credential::PepperId id = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + std::min(blank, line.size()), id);
    std::optional<std::string> bytes;
    if (blank != std::string::npos && error == std::errc{} && end == line.data() + blank) bytes = unhex(std::string_view(line).substr(blank + 1));
    wipe(line);
    if (!bytes) return fail(ErrorCode::kInvalidArgument, fmt::format("{} holds a line that is not a pepper; each is a number, a blank and hex digits.", where));
    peppers.push_back({id, Secret(std::move(*bytes))});
  }
  wipe(text);
  return credential::Peppers::make(std::move(peppers));
}

std::string pepper_path(const std::string& data_dir) { return data_dir + "/pepper"; }

Result<void> create_pepper_file(const std::string& data_dir, Random& random) {
  const std::string path = pepper_path(data_dir);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    return fail(ErrorCode::kUnavailable, fmt::format("Could not make {}: {}.", path, std::strerror(errno)));
  }
  std::array<std::uint8_t, 32> bytes;
  random.fill(bytes);
  std::string text = "1 ";
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  text += '\n';
  wipe(bytes.data(), bytes.size());
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  const int why = errno;
  wipe(text);
  ::close(file);
  if (!written) return fail(ErrorCode::kUnavailable, fmt::format("Could not write {}: {}.", path, std::strerror(why)));
  return {};
}

Result<credential::Peppers> load_peppers(const std::string& data_dir, const std::optional<std::string>& variable) {
  if (variable && !variable->empty()) return parse_peppers(*variable, "LATCHKEY_PEPPER");
  return read_pepper_file(pepper_path(data_dir));
}

Result<credential::Peppers> read_pepper_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return fail(ErrorCode::kUnavailable, fmt::format("Could not read the pepper in {}: {}. Run `latchkey init` first, or restore it from where you back it up.",
                                                     path, std::strerror(errno)));
  }
  struct stat status {};
  if (::fstat(file, &status) == 0 && (status.st_mode & 077) != 0) {
    ::close(file);
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} can be read by other users; run `chmod 600 {}`.", path, path));
  }
  std::string text(kMaxFileBytes, '\0');
  const ssize_t got = ::read(file, text.data(), text.size());
  ::close(file);
  if (got < 0) return fail(ErrorCode::kUnavailable, fmt::format("Could not read {}: {}.", path, std::strerror(errno)));
  text.resize(static_cast<std::size_t>(got));
  return parse_peppers(std::move(text), path);
}

}  // namespace latchkey::app
