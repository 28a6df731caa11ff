// Values as Prometheus reads them: families of samples, written in its text format (version 0.0.4). The one place that
// knows the library which writes it. Thread-safe.
//
//   Exposition out;
//   out.family("latchkey_keys", "API keys that this node knows.", Kind::kGauge).sample({}, 3);
//   std::string text = out.text();
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace latchkey::telemetry {

inline constexpr std::string_view kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

enum class Kind : std::uint8_t { kCounter, kGauge, kHistogram };
using Labels = std::vector<std::pair<std::string, std::string>>;

// A value that another part holds, asked for at each scrape. Readings of one name stand together; their labels differ.
struct Reading {
  std::string name;
  std::string help;  // one sentence
  Kind kind = Kind::kGauge;
  Labels labels = {};
  std::function<std::optional<double>()> read = {};  // nothing: not known now, so no sample
};

// Counts of what was at most the bound of the same place, and of what was above all bounds last.
struct HistogramValues {
  std::span<const double> bounds;
  std::span<const std::uint64_t> counts;  // one more than bounds; each sample in one of them
  double sum = 0;
};

class Exposition {
 public:
  Exposition();
  ~Exposition();
  Exposition(const Exposition&) = delete;
  Exposition& operator=(const Exposition&) = delete;

  // What follows belongs to this family.
  Exposition& family(std::string_view name, std::string_view help, Kind kind);
  Exposition& sample(const Labels& labels, double value);
  Exposition& histogram(const Labels& labels, const HistogramValues& values);
  void readings(const std::vector<Reading>& readings);
  std::string text() const;

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace latchkey::telemetry
