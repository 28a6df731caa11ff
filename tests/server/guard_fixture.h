// A whole guard on real sockets: registry, check, gateway and check endpoints in front of an upstream that the test
// writes. For tests of what guards do with HTTP; decisions have their own tables (tests/decisions).
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "catalog/load.h"
#include "check/check.h"
#include "guard/check_endpoints.h"
#include "guard/gateway.h"
#include "net/server.h"
#include "net/upstream.h"
#include "store/sqlite/temp_directory.h"
#include "store/sqlite/usage/sqlite_usage_store.h"
#include "telemetry/recorder.h"

namespace latchkey::testing_support {

struct KeySpec {
  std::string access_type = "admin";
  Restrictions restrictions;
  KeyState state = KeyState::kActive;
};

struct HttpAnswer {
  int status = 0;
  std::string head;  // status line and fields, as received
  std::string body;  // without chunking
  bool complete = false;  // ended as its framing says
  std::string field(const std::string& name) const;
};

// Sends `request` (a whole HTTP/1.1 message) to a loopback port and reads one answer.
HttpAnswer ask(std::uint16_t port, const std::string& request);
std::string get(const std::string& target, const std::string& key, const std::string& more_fields = {});

class GuardFixture : public ::testing::Test {
 protected:
  // `upstream` answers what the gateway passes on. Starts everything.
  void start(net::Handler upstream, guard::GatewayOptions options = {});
  void TearDown() override;

  std::string add_key(const KeySpec& spec);  // its secret
  store::KeyRecord& record_of(const std::string& secret);
  void put(const store::KeyRecord& record) { registry_->put_key(record); }

  std::uint16_t gateway_port() const { return gateway_server_->port(); }
  std::uint64_t gateway_requests() const { return gateway_server_->counters().requests; }
  std::uint16_t check_port() const { return check_server_->port(); }

  SeededRandom random_{7};
  SystemRandom system_random_;
  SystemClock clock_;
  catalog::LoadResult catalog_;
  credential::KeyFormat format_;
  std::unique_ptr<credential::Peppers> peppers_;
  std::unique_ptr<registry::Registry> registry_;
  store::TempDirectory directory_;
  std::unique_ptr<store::SqliteUsageStore> usage_store_;
  std::unique_ptr<usage::Collector> collector_;
  limit::InMemoryLimiter limiter_;
  telemetry::Metrics metrics_{{}, "test", {}};
  telemetry::Recorder recorder_{metrics_, nullptr};
  TenantId tenant_;
  std::map<std::string, store::KeyRecord> records_;

 private:
  std::vector<std::unique_ptr<net::Loop>> loops_;
  std::vector<std::thread> threads_;
  std::unique_ptr<check::Checker> checker_;
  std::unique_ptr<guard::Lanes> lanes_;
  std::unique_ptr<net::Server> upstream_server_;
  std::unique_ptr<guard::Gateway> gateway_;
  std::unique_ptr<guard::ForwardAuth> forward_auth_;
  std::unique_ptr<guard::Verify> verify_;
  std::unique_ptr<net::Server> gateway_server_;
  std::unique_ptr<net::Server> check_server_;
};

}  // namespace latchkey::testing_support
