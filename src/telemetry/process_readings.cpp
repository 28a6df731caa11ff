#include "telemetry/process_readings.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace latchkey::telemetry {
namespace {

std::string read_whole(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end != text.data() ? std::optional(value) : std::nullopt;
}

// The word of this place (from 0) after the text's last `after`.
std::optional<double> word(std::string_view text, std::string_view after, int place) {
  const std::size_t from = text.rfind(after);
  if (from == std::string_view::npos) return std::nullopt;
  text.remove_prefix(from + after.size());
  for (;; --place) {
    const std::size_t start = text.find_first_not_of(" \t");
    if (start == std::string_view::npos) return std::nullopt;
    text.remove_prefix(start);
    const std::string_view found = text.substr(0, text.find_first_of(" \t\n"));
    if (found.empty()) return std::nullopt;
    if (place == 0) return number(found);
    text.remove_prefix(found.size());
  }
}

// Of proc(5)'s stat, counted from the state, which follows the name in parentheses and is the third field.
constexpr int kUtime = 11, kStime = 12, kStartTime = 19, kVsize = 20, kRss = 21;

std::optional<double> times(std::optional<double> value, double factor) { return value ? std::optional(*value * factor) : std::nullopt; }

double per_tick() { return 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK)); }

std::optional<double> sum(std::optional<double> a, std::optional<double> b) { return a && b ? std::optional(*a + *b) : std::nullopt; }

std::optional<double> count_files(const std::string& folder) {
  std::error_code error;
  double files = 0;
  auto at = std::filesystem::directory_iterator(folder, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) ++files;
  // The one by which they are counted is not there any more.
  return error ? std::nullopt : std::optional(files - 1);
}

}  // namespace

std::vector<Reading> process_readings(const std::string& proc) {
  const auto stat = [path = proc + "/self/stat"](int place) { return word(read_whole(path), ")", place); };
  return {
      {"process_cpu_seconds_total", "Processor time used, in seconds.", Kind::kCounter, {},
       [stat] { return times(sum(stat(kUtime), stat(kStime)), per_tick()); }},
      {"process_resident_memory_bytes", "Memory in use, in bytes.", Kind::kGauge, {},
       [stat] { return times(stat(kRss), static_cast<double>(::sysconf(_SC_PAGESIZE))); }},
      {"process_virtual_memory_bytes", "Address space in use, in bytes.", Kind::kGauge, {}, [stat] { return stat(kVsize); }},
      {"process_open_fds", "Open files and sockets.", Kind::kGauge, {}, [path = proc + "/self/fd"] { return count_files(path); }},
      {"process_max_fds", "How many files and sockets may be open.", Kind::kGauge, {},
       [path = proc + "/self/limits"] { return word(read_whole(path), "Max open files", 0); }},
      {"process_start_time_seconds", "When the process started, in seconds since 1970.", Kind::kGauge, {},
       [stat, path = proc + "/stat"] { return sum(word(read_whole(path), "btime", 0), times(stat(kStartTime), per_tick())); }},
  };
}

}  // namespace latchkey::telemetry
