#include "telemetry/exposition.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>

#include "base/check.h"

namespace latchkey::telemetry {

struct Exposition::Impl {
  std::vector<prometheus::MetricFamily> families;

  prometheus::ClientMetric& add(const Labels& labels) {
    LK_CHECK(!families.empty());
    prometheus::ClientMetric& metric = families.back().metric.emplace_back();
    for (const auto& [name, value] : labels) metric.label.push_back({name, value});
    return metric;
  }
};

Exposition::Exposition() : impl_(std::make_unique<Impl>()) {}
Exposition::~Exposition() = default;

Exposition& Exposition::family(std::string_view name, std::string_view help, Kind kind) {
  prometheus::MetricFamily& family = impl_->families.emplace_back();
  family.name = name;
  family.help = help;
  switch (kind) {
    case Kind::kCounter: family.type = prometheus::MetricType::Counter; break;
    case Kind::kGauge: family.type = prometheus::MetricType::Gauge; break;
    case Kind::kHistogram: family.type = prometheus::MetricType::Histogram; break;
  }
  return *this;
}

Exposition& Exposition::sample(const Labels& labels, double value) {
  prometheus::ClientMetric& metric = impl_->add(labels);
  // Which of the two is written depends on the family.
  metric.counter.value = value;
  metric.gauge.value = value;
  return *this;
}

Exposition& Exposition::histogram(const Labels& labels, const HistogramValues& values) {
  LK_CHECK(values.counts.size() == values.bounds.size() + 1);
  prometheus::ClientMetric::Histogram& out = impl_->add(labels).histogram;
  for (std::size_t i = 0; i < values.counts.size(); ++i) {
    out.sample_count += values.counts[i];
    const double bound = i < values.bounds.size() ? values.bounds[i] : std::numeric_limits<double>::infinity();
    out.bucket.push_back({out.sample_count, bound});
  }
  out.sample_sum = values.sum;
  return *this;
}

void Exposition::readings(const std::vector<Reading>& readings) {
  std::string_view last;
  for (const Reading& reading : readings) {
    const std::optional<double> value = reading.read();
    if (!value) continue;
    if (reading.name != last) family(reading.name, reading.help, reading.kind);
    last = reading.name;
    sample(reading.labels, *value);
  }
}

std::string Exposition::text() const { return prometheus::TextSerializer().Serialize(impl_->families); }

}  // namespace latchkey::telemetry
