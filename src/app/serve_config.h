// The settings of `latchkey serve`: from flags, then LATCHKEY_* variables, then the TOML file that --config names, then
// defaults. Every mistake is reported, not the first; unknown settings in the file are mistakes too.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/endpoint.h"
#include "app/leak_config.h"
#include "app/secret_managers.h"
#include "app/shared_limits.h"
#include "app/store_config.h"
#include "base/error.h"
#include "core/ip.h"
#include "credential/format.h"
#include "delivery/backoff.h"
#include "delivery/smtp.h"
#include "limit/failure_limiter.h"
#include "net/server.h"
#include "net/upstream.h"
#include "store/usage_store.h"

namespace latchkey::app {

// How mails and webhook messages leave.
struct DeliveryConfig {
  delivery::SmtpOptions smtp;
  std::string ca_file;                 // empty: the system's certificates
  bool webhook_allow_private = false;  // for development: http, and addresses of the own network
  std::vector<std::int64_t> retry_seconds = delivery::standard_retry_seconds();
};

struct ServeConfig {
  StoreConfig store;
  std::string catalog;
  net::Url upstream;
  Endpoint console{"127.0.0.1", 8080};
  Endpoint gateway{"127.0.0.1", 8081};
  Endpoint check{"127.0.0.1", 8082};
  std::optional<net::TlsFiles> tls;  // for every listener
  std::vector<std::string> console_hosts;  // names under which a proxy in front passes the console on
  std::string console_url;           // where links that are mailed lead to; empty: made from `console`
  std::string gateway_url;           // what the console shows to people; empty: made from `gateway`
  std::vector<IpRange> gateway_trusted_proxies;
  std::vector<IpRange> check_trusted_proxies;  // who asks on behalf of others
  credential::KeyFormat key_format;
  int threads = 0;  // 0: one per core
  std::size_t max_checked_body_bytes = 8 * 1024 * 1024;
  std::uint64_t max_body_bytes = std::uint64_t{1} << 30;
  store::UsageRetention usage_retention;
  std::int64_t drain_ms = 10'000;
  std::string access_log;  // a file, "-" for standard output; empty: none
  limit::FailureLimiter::Rule failed_requests;  // without a good key, of one address
  DeliveryConfig delivery;
  std::vector<SecretManagerConfig> secret_managers;
  std::optional<VaultReference> pepper_in_vault;  // of a manager that there is
  std::string pepper_file;                        // empty: `pepper` in the data directory
  LeakConfig leaks;
  LimitsConfig limits;
};

// One setting's names. The flag is "--" + name; the variable is LATCHKEY_ + name in capitals; the TOML key is the name
// with '_' for '-'.
struct Setting {
  std::string name;
  std::string help;
  std::string variable() const;
  std::string toml_key() const;
};
const std::vector<Setting>& serve_settings();

// `flags`: those that were given, by name. `environment` looks a variable up.
Result<ServeConfig> make_serve_config(const std::map<std::string, std::string>& flags,
                                      const std::function<std::optional<std::string>(const std::string&)>& environment,
                                      const std::optional<std::string>& config_path);

}  // namespace latchkey::app
