#include "telemetry/access_line.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace latchkey::telemetry {
namespace {

class AccessLine : public ::testing::Test {
 protected:
  Event full() {
    Event event;
    event.guard = Guard::kGateway;
    event.at = {1'767'225'600'123};
    event.request_id = "req_1";
    event.trace_id = "4bf92f3577b34da6a3ce929d0e0e4736";
    event.method = "GET";
    event.path = "/current/general/GetLastDataUpdate";
    event.operation = "GetLastDataUpdate";
    event.user_agent = "curl/8";
    event.client = IpAddress::v4(203, 0, 113, 9);
    event.key_known = true;
    event.key = KeyId::make({1}, random_);
    event.tenant = TenantId::make({2}, random_);
    event.access_type = "admin";
    event.status = 200;
    event.upstream_status = 200;
    event.duration_ns = 12'345'678;
    event.upstream_ns = 10'000'999;
    event.bytes_out = 17;
    return event;
  }
  std::string line(const Event& event) {
    std::string out;
    append_access_line(out, event, Redactor({}));
    EXPECT_EQ(out.find('\n'), out.size() - 1);
    EXPECT_LE(out.size(), kMaxLineBytes);
    return out;
  }
  nlohmann::json read(const Event& event) { return nlohmann::json::parse(line(event)); }
  SeededRandom random_{3};
};

TEST_F(AccessLine, HoldsEveryField) {
  const Event event = full();
  EXPECT_EQ(line(event),
            R"({"time":"2026-01-01T00:00:00.123Z","guard":"gateway","request_id":"req_1","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736",)"
            R"("method":"GET","path":"/current/general/GetLastDataUpdate","operation":"GetLastDataUpdate","status":200,"code":"allowed",)"
            R"("key_id":")" + event.key.to_string() + R"(","tenant_id":")" + event.tenant.to_string() +
            R"(","access_type":"admin","client":"203.0.113.9","user_agent":"curl/8","duration_ms":12.345,"upstream_ms":10.000,)"
            R"("upstream_status":200,"bytes":17})" "\n");
}

TEST_F(AccessLine, WhatThereIsNotIsNull) {
  Event event;
  event.guard = Guard::kVerify;
  event.reason = DenyReason::kUnknownKey;
  event.status = 401;
  const auto json = read(event);
  EXPECT_EQ(json.size(), 18u);
  EXPECT_EQ(json["code"], "unknown_key");
  for (const char* name : {"request_id", "trace_id", "method", "path", "operation", "key_id", "tenant_id", "access_type", "user_agent",
                           "upstream_ms", "upstream_status"}) {
    EXPECT_TRUE(json[name].is_null()) << name;
  }
}

TEST_F(AccessLine, AKeyIsNowhereInIt) {
  const std::string key(credential::generate({}, random_).expose());
  Event event = full();
  const std::string path = "/current/" + key, agent = "bot " + key, padded = std::string(kMaxUserAgentBytes - 30, 'a') + ' ' + key;
  event.method = key;
  event.path = path;
  event.request_id = key;
  event.user_agent = agent;
  EXPECT_EQ(line(event).find(key.substr(9)), std::string::npos);
  EXPECT_EQ(read(event)["path"], "/current/lk_live_[redacted]");
  EXPECT_EQ(read(event)["user_agent"], "bot lk_live_[redacted]");
  // One that the cut goes through.
  event = full();
  event.user_agent = padded;
  EXPECT_EQ(line(event).find(key.substr(8, 3)), std::string::npos);
}

TEST_F(AccessLine, LongAndOddTextIsCutAndEscaped) {
  Event event = full();
  const std::string long_path = "/" + std::string(40'000, 'p'), odd = std::string("\x01\"\\\n") + std::string(1000, '\xff');
  event.path = long_path;
  event.user_agent = odd;
  EXPECT_EQ(read(event)["path"].get<std::string>().size(), kMaxPathBytes);
  EXPECT_TRUE(read(event)["user_agent"].get<std::string>().starts_with("\x01\"\\\n"));
  const std::string euros = std::string(kMaxUserAgentBytes - 1, 'a') + "€";
  event.user_agent = euros;
  EXPECT_EQ(read(event)["user_agent"], std::string(kMaxUserAgentBytes - 1, 'a'));
}

}  // namespace
}  // namespace latchkey::telemetry
