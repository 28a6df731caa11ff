#include "core/latency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace latchkey {
namespace {

std::span<const std::uint8_t> bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

TEST(Latency, EveryBucketHoldsWhatLiesBetweenItsBounds) {
  for (std::uint8_t bucket = 0; bucket + 1 < kLatencyBuckets; ++bucket) {
    EXPECT_EQ(latency_bucket(latency_bound_ns(bucket)), bucket);
    EXPECT_EQ(latency_bucket(latency_bound_ns(bucket) + 1), bucket + 1);
  }
  EXPECT_EQ(latency_bucket(-1), 0);
  EXPECT_EQ(latency_bucket(INT64_MAX), kLatencyBuckets - 1);
}

TEST(Latency, APercentileIsNeverTooLowAndAtMost19PercentTooHigh) {
  std::mt19937_64 rng(11);
  std::lognormal_distribution<double> times(15, 1.5);
  std::vector<std::int64_t> all;
  LatencyHistogram histogram;
  for (int i = 0; i < 20'000; ++i) {
    all.push_back(std::clamp<std::int64_t>(static_cast<std::int64_t>(times(rng)), 16'384, 60'000'000'000));
    histogram.add(latency_bucket(all.back()), 1);
  }
  std::ranges::sort(all);
  for (const double share : {0.01, 0.5, 0.9, 0.99, 1.0}) {
    const double exact = static_cast<double>(all[static_cast<std::size_t>(std::ceil(share * 20'000)) - 1]) / 1e6;
    EXPECT_GE(histogram.percentile_ms(share), exact * 0.999999);
    EXPECT_LE(histogram.percentile_ms(share), exact * 1.19);
  }
}

TEST(Latency, WhatIsEncodedIsDecodedAndAddsUp) {
  LatencyHistogram a, b;
  a.add(3, 1);
  a.add(89, 1'000'000'000'000);
  b.add(0, 127);
  b.add(3, 128);
  LatencyHistogram both = a;
  both.add(b);
  EXPECT_EQ(both.count(), 1'000'000'000'256u);
  EXPECT_EQ(LatencyHistogram::decode(bytes(both.encode())), both);
  EXPECT_EQ(LatencyHistogram::decode({}), LatencyHistogram{});
  EXPECT_EQ(both.encode().size(), 2u + 3u + 7u);
}

TEST(Latency, DamagedBytesAreRefused) {
  for (const std::string& text : {std::string("\x03"), std::string("\x5a\x01"), std::string("\x03\x80"), std::string("\x03") + std::string(12, '\xff')}) {
    EXPECT_FALSE(LatencyHistogram::decode(bytes(text)));
  }
}

TEST(Latency, NothingCountedHasNoPercentile) {
  EXPECT_EQ(LatencyHistogram{}.percentile_ms(0.5), 0);
  LatencyHistogram none;
  none.add(kNoLatency, 5);
  EXPECT_TRUE(none.empty());
}

}  // namespace
}  // namespace latchkey
