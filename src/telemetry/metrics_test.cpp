#include "telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <thread>

namespace latchkey::telemetry {
namespace {

using ::testing::HasSubstr;

// Each sample of a text, by what stands before its value.
std::map<std::string, double> samples_of(const std::string& text) {
  std::map<std::string, double> samples;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t space = line.rfind(' ');
    EXPECT_TRUE(samples.emplace(line.substr(0, space), std::stod(line.substr(space + 1))).second) << "twice: " << line;
  }
  return samples;
}

Event allowed(Guard guard, std::string_view operation) {
  Event event;
  event.guard = guard;
  event.operation = operation;
  event.status = event.upstream_status = 200;
  event.duration_ns = 3'000'000;
  event.upstream_ns = 2'000'000;
  event.key_known = true;
  return event;
}

Event denied(Guard guard, DenyReason reason) {
  Event event;
  event.guard = guard;
  event.reason = reason;
  event.status = http_status(reason);
  event.duration_ns = 50'000;
  return event;
}

TEST(Metrics, CountEachEventOnceUnderItsLabels) {
  Metrics metrics({"GetOne", "GetTwo"}, "1.2.3", {});
  Metrics::Writer writer(metrics);
  for (int i = 0; i < 3; ++i) writer.note(allowed(Guard::kGateway, "GetOne"));
  writer.note(denied(Guard::kForwardAuth, DenyReason::kUnknownKey));
  writer.note(denied(Guard::kGateway, DenyReason::kUpstreamUnreachable));
  Event no_answer = allowed(Guard::kVerify, "not in the catalog");
  no_answer.status = 0;
  writer.note(no_answer);

  auto samples = samples_of(metrics.text());
  EXPECT_EQ(samples.at(R"(latchkey_requests_total{guard="gateway",outcome="allowed"})"), 3);
  EXPECT_EQ(samples.at(R"(latchkey_requests_total{guard="forward_auth",outcome="unknown_key"})"), 1);
  EXPECT_EQ(samples.at(R"(latchkey_requests_total{guard="verify",outcome="allowed"})"), 1);
  EXPECT_EQ(samples.at(R"(latchkey_requests_total{guard="verify",outcome="unknown_key"})"), 0);
  EXPECT_EQ(samples.at(R"(latchkey_responses_total{guard="gateway",status_class="2xx"})"), 3);
  EXPECT_EQ(samples.at(R"(latchkey_responses_total{guard="gateway",status_class="5xx"})"), 1);
  EXPECT_EQ(samples.at(R"(latchkey_responses_total{guard="forward_auth",status_class="4xx"})"), 1);
  EXPECT_EQ(samples.at(R"(latchkey_responses_total{guard="verify",status_class="none"})"), 1);
  EXPECT_EQ(samples.at(R"(latchkey_operation_requests_total{operation="GetOne",outcome="allowed"})"), 3);
  EXPECT_EQ(samples.at(R"(latchkey_operation_requests_total{operation="",outcome="allowed"})"), 1);
  EXPECT_EQ(samples.at(R"(latchkey_operation_requests_total{operation="",outcome="refused"})"), 2);
  EXPECT_EQ(samples.at("latchkey_upstream_errors_total"), 1);
  EXPECT_EQ(samples.at(R"(latchkey_build_info{version="1.2.3"})"), 1);
  double total = 0;
  for (const auto& [name, value] : samples) total += name.starts_with("latchkey_requests_total{") ? value : 0;
  EXPECT_EQ(total, 6);
}

TEST(Metrics, TellACallerOverItsLimitFromAStrangerWhoFailedTooOften) {
  Metrics metrics({}, "1", {});
  Metrics::Writer writer(metrics);
  Event known = denied(Guard::kGateway, DenyReason::kRateLimited);
  known.key_known = true;
  writer.note(known);
  for (int i = 0; i < 2; ++i) writer.note(denied(Guard::kGateway, DenyReason::kRateLimited));
  for (int i = 0; i < 3; ++i) writer.note(denied(Guard::kForwardAuth, DenyReason::kMalformedKey));
  auto samples = samples_of(metrics.text());
  EXPECT_EQ(samples.at(R"(latchkey_requests_total{guard="gateway",outcome="rate_limited"})"), 3);
  EXPECT_EQ(samples.at(R"(latchkey_unidentified_requests_total{guard="gateway"})"), 2);
  EXPECT_EQ(samples.at(R"(latchkey_unidentified_limited_total{guard="gateway"})"), 2);
  EXPECT_EQ(samples.at(R"(latchkey_unidentified_requests_total{guard="forward_auth"})"), 3);
  EXPECT_EQ(samples.at(R"(latchkey_unidentified_limited_total{guard="forward_auth"})"), 0);
}

TEST(Metrics, HistogramsHoldWhatWasMeasured) {
  Metrics metrics({}, "1", {});
  Metrics::Writer writer(metrics);
  for (const std::int64_t ns : {100'000LL, 100'001LL, 9'000'000LL, 61'000'000'000LL, -5LL}) {
    Event event = allowed(Guard::kGateway, "");
    event.duration_ns = ns;
    event.upstream_ns = 0;
    writer.note(event);
  }
  auto samples = samples_of(metrics.text());
  const std::string bucket = R"(latchkey_request_duration_seconds_bucket{guard="gateway",le=")";
  EXPECT_EQ(samples.at(bucket + "0.0001\"}"), 2);
  EXPECT_EQ(samples.at(bucket + "0.00025\"}"), 3);
  EXPECT_EQ(samples.at(bucket + "0.01\"}"), 4);
  EXPECT_EQ(samples.at(bucket + "60\"}"), 4);
  EXPECT_EQ(samples.at(bucket + "+Inf\"}"), 5);
  EXPECT_EQ(samples.at(R"(latchkey_request_duration_seconds_count{guard="gateway"})"), 5);
  EXPECT_NEAR(samples.at(R"(latchkey_request_duration_seconds_sum{guard="gateway"})"), 61.009200001, 1e-9);
  EXPECT_EQ(samples.at("latchkey_upstream_duration_seconds_count"), 0);
}

TEST(Metrics, SeriesDoNotGrowWithWhatCallersBring) {
  Metrics metrics({"GetOne"}, "1", {});
  Metrics::Writer writer(metrics);
  const std::size_t before = samples_of(metrics.text()).size();
  SeededRandom random(5);
  for (int i = 0; i < 1000; ++i) {
    Event event = allowed(Guard::kGateway, "");
    const std::string text = std::to_string(i);
    event.operation = event.method = event.path = event.user_agent = event.request_id = event.access_type = text;
    event.key_known = true;
    event.key = KeyId::make({i}, random);
    event.status = i;
    if (i < static_cast<int>(kDenyReasonCount)) event.reason = static_cast<DenyReason>(i);
    writer.note(event);
  }
  EXPECT_EQ(samples_of(metrics.text()).size(), before);
}

TEST(Metrics, SumOverLoopsWhileTheyCount) {
  Metrics metrics({"GetOne"}, "1", {});
  constexpr int kThreads = 3, kEach = 20'000;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&metrics] {
      Metrics::Writer writer(metrics);
      for (int i = 0; i < kEach; ++i) writer.note(allowed(Guard::kVerify, "GetOne"));
    });
  }
  double last = 0;
  for (int i = 0; i < 20; ++i) {
    const double now = samples_of(metrics.text()).at(R"(latchkey_requests_total{guard="verify",outcome="allowed"})");
    EXPECT_GE(now, last);
    last = now;
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(samples_of(metrics.text()).at(R"(latchkey_operation_requests_total{operation="GetOne",outcome="allowed"})"), kThreads * kEach);
}

TEST(Metrics, ReadingsOfOneNameAreOneFamily_AndAnUnknownOneIsLeftOut) {
  const std::vector<Reading> readings = {
      {"latchkey_connections_open", "Open connections.", Kind::kGauge, {{"listener", "gateway"}}, [] { return 4; }},
      {"latchkey_connections_open", "Open connections.", Kind::kGauge, {{"listener", "check"}}, [] { return 123456789; }},
      {"latchkey_keys", "Keys.", Kind::kGauge, {}, [] { return std::nullopt; }},
  };
  const std::string text = Metrics({}, "1", readings).text();
  EXPECT_THAT(text, HasSubstr("# TYPE latchkey_connections_open gauge\nlatchkey_connections_open{listener=\"gateway\"} 4\n"
                              "latchkey_connections_open{listener=\"check\"} 123456789\n"));
  EXPECT_EQ(text.find("latchkey_keys"), std::string::npos);
}

}  // namespace
}  // namespace latchkey::telemetry
