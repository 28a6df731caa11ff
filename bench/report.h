// What a benchmark found, as rows of one shape: printed for people, and appended as JSON lines to the file that the
// variable LATCHKEY_BENCH_ROWS names, from which `./dev bench` makes bench/results.json.
//
//   Report report;
//   report.about("one check, 1 million keys, against HMAC-SHA-256 and a memory miss in turns; medians of 9 rounds");
//   report.add({.name = "check.1m", .value = 3.1e6, .unit = "1/s", .must = "at least 2500000", .met = true});
//
// Of one thread.
#pragma once
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace latchkey::bench {

struct Row {
  std::string name;  // "room.what", the same in every run
  double value = 0;
  std::string unit;                // of value and baseline
  std::optional<double> baseline;  // what it is compared with, measured in the same run
  std::string must;                // in words; empty: told, not judged
  bool met = true;

  std::optional<double> ratio() const { return baseline ? std::optional(value / *baseline) : std::nullopt; }
};

class Report {
 public:
  // What is compared, and how.
  void about(const std::string& text) { std::printf("%s\n", text.c_str()); }

  void add(const Row& row) {
    std::string line = "  " + row.name + ": " + number(row.value) + " " + row.unit;
    if (row.baseline) line += ", against " + number(*row.baseline) + " (" + number(*row.ratio()) + "x)";
    if (!row.must.empty()) line += "; must: " + row.must + (row.met ? ", met" : ", MISSED");
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
    const char* const path = std::getenv("LATCHKEY_BENCH_ROWS");
    if (path == nullptr) return;
    using Json = nlohmann::ordered_json;
    const auto maybe = [](const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); };
    const Json json = {{"name", row.name},
                       {"value", row.value},
                       {"unit", row.unit},
                       {"baseline", maybe(row.baseline)},
                       {"ratio", maybe(row.ratio())},
                       {"must", row.must.empty() ? Json(nullptr) : Json(row.must)},
                       {"met", row.met}};
    std::FILE* const file = std::fopen(path, "a");
    const std::string text = json.dump() + "\n";
    const bool written = file != nullptr && std::fputs(text.c_str(), file) >= 0;
    if (file == nullptr || std::fclose(file) != 0 || !written) {
      std::fprintf(stderr, "The results can't be written to %s.\n", path);
      std::exit(1);
    }
  }

 private:
  static std::string number(double value) {
    return value >= 1000 || value <= -1000 ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
  }
};

inline double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

}  // namespace latchkey::bench
