// How long things took, in few bytes: counts over buckets whose bounds grow by a fourth root of two (19%), from 16 us to
// 70 s. A percentile is told as the upper bound of its bucket, so it is at most 19% too high and never too low, beyond
// the largest bound aside. Values; not thread-safe.
//
//   LatencyHistogram h;
//   h.add(latency_bucket(duration_ns), 1);
//   double p99_ms = h.percentile_ms(0.99);
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace latchkey {

inline constexpr std::uint8_t kLatencyBuckets = 90;
// Says that there is no time to count.
inline constexpr std::uint8_t kNoLatency = 0xff;

std::uint8_t latency_bucket(std::int64_t duration_ns);
// Of what falls into the bucket, the longest; the last one has no bound and answers that of the one before.
std::int64_t latency_bound_ns(std::uint8_t bucket);

class LatencyHistogram {
 public:
  void add(std::uint8_t bucket, std::uint64_t count);
  void add(const LatencyHistogram& other);
  bool empty() const { return counts_.empty(); }
  std::uint64_t count() const;
  // `share` from 0 to 1; 0 when nothing was counted.
  double percentile_ms(double share) const;
  double max_ms() const { return percentile_ms(1); }

  // One byte for the bucket and a LEB128 number for its count, in order of buckets; empty for an empty one.
  std::string encode() const;
  static std::optional<LatencyHistogram> decode(std::span<const std::uint8_t> bytes);
  bool operator==(const LatencyHistogram&) const = default;

 private:
  struct Entry {
    std::uint8_t bucket = 0;
    std::uint64_t count = 0;
    bool operator==(const Entry&) const = default;
  };
  std::vector<Entry> counts_;  // by bucket, each once
};

}  // namespace latchkey
