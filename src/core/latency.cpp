#include "core/latency.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace latchkey {
namespace {

constexpr double kFirstBoundNs = 16'384;

const std::array<std::int64_t, kLatencyBuckets - 1>& bounds() {
  static const auto all = [] {
    std::array<std::int64_t, kLatencyBuckets - 1> out{};
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<std::int64_t>(std::llround(kFirstBoundNs * std::exp2(static_cast<double>(i) / 4)));
    }
    return out;
  }();
  return all;
}

}  // namespace

std::uint8_t latency_bucket(std::int64_t duration_ns) {
  const auto at = std::lower_bound(bounds().begin(), bounds().end(), duration_ns);
  return static_cast<std::uint8_t>(at - bounds().begin());
}

std::int64_t latency_bound_ns(std::uint8_t bucket) {
  return bounds()[std::min<std::size_t>(bucket, bounds().size() - 1)];
}

void LatencyHistogram::add(std::uint8_t bucket, std::uint64_t count) {
  if (count == 0 || bucket >= kLatencyBuckets) return;
  const auto at = std::ranges::lower_bound(counts_, bucket, {}, &Entry::bucket);
  if (at != counts_.end() && at->bucket == bucket) {
    at->count += count;
  } else {
    counts_.insert(at, {bucket, count});
  }
}

void LatencyHistogram::add(const LatencyHistogram& other) {
  for (const Entry& entry : other.counts_) add(entry.bucket, entry.count);
}

std::uint64_t LatencyHistogram::count() const {
  std::uint64_t total = 0;
  for (const Entry& entry : counts_) total += entry.count;
  return total;
}

double LatencyHistogram::percentile_ms(double share) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count())));
  std::uint64_t seen = 0;
  for (const Entry& entry : counts_) {
    seen += entry.count;
    if (seen >= wanted) return static_cast<double>(latency_bound_ns(entry.bucket)) / 1e6;
  }
  return 0;
}

std::string LatencyHistogram::encode() const {
  std::string out;
  for (const Entry& entry : counts_) {
    out += static_cast<char>(entry.bucket);
    std::uint64_t rest = entry.count;
    for (; rest >= 0x80; rest >>= 7) out += static_cast<char>((rest & 0x7f) | 0x80);
    out += static_cast<char>(rest);
  }
  return out;
}

std::optional<LatencyHistogram> LatencyHistogram::decode(std::span<const std::uint8_t> bytes) {
  LatencyHistogram out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint8_t bucket = bytes[at++];
    if (bucket >= kLatencyBuckets) return std::nullopt;
    std::uint64_t count = 0;
    for (int shift = 0;; shift += 7) {
      if (at == bytes.size() || shift > 56) return std::nullopt;
      const std::uint8_t byte = bytes[at++];
      count |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) break;
    }
    out.add(bucket, count);
  }
  return out;
}

}  // namespace latchkey
