// What the rules have to know of usage: the port. The adapter over the usage room is in app/; tests have one of their own.
//
// Usage comes to the engine as cells, pushed about once a second (watch/watcher.h: observe), and is asked for here when a
// rule needs the past. An adapter may answer as of a few seconds ago. Thread-safe; calls block. Errors: kUnavailable.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "core/deny_reason.h"
#include "core/ids.h"
#include "core/ip.h"
#include "watch/network.h"

namespace latchkey::watch {

// Requests of one key, from one address, with one outcome, since the last batch. Only of keys that exist.
struct UsageCell {
  KeyId key;
  TenantId tenant;
  IpAddress address;
  std::optional<DenyReason> refused;  // empty: allowed
  std::uint32_t count = 0;
  Instant last;  // when the latest of them came
};

struct SeenNetwork {
  Network network;
  Instant first_seen;
};

struct LastUse {
  KeyId key;
  Instant at;
};

struct QuotaStanding {
  KeyId key;  // nil: a quota of the tenant, over all its keys
  std::string name;
  std::string period;  // "day" or "month"
  std::int64_t requests = 0;
  std::int64_t used = 0;
  Instant resets_at;
};

class UsageSource {
 public:
  virtual ~UsageSource() = default;

  // Requests of the key, allowed and refused together, in each hour from `from` until before `to`, oldest first, 0 where
  // there were none. Both are whole hours (UTC), at most 29 days apart. The current hour counts as far as it is known.
  virtual Result<std::vector<std::uint64_t>> hourly(TenantId tenant, KeyId key, Instant from, Instant to) = 0;

  // The networks from which allowed requests of the key came, with the time of the first one that is remembered; if there
  // are more than 4096, those seen last. May or may not hold what came in the last seconds. Make them of addresses by
  // network_of, with the earliest first_seen of each.
  virtual Result<std::vector<SeenNetwork>> networks(TenantId tenant, KeyId key) = 0;

  // How the quotas of the key and of its tenant stand now; empty if neither has any.
  virtual Result<std::vector<QuotaStanding>> quotas(TenantId tenant, KeyId key) = 0;

  // When these keys were last used; a key may be there once for each of its secrets, and one that never was is not.
  virtual Result<std::vector<LastUse>> last_uses(TenantId tenant, const std::vector<KeyId>& keys) = 0;
};

}  // namespace latchkey::watch
