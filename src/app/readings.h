// What /metrics tells of the parts of a server, beside its requests: each a value that its part holds anyway.
#pragma once
#include <functional>
#include <vector>

#include "app/node.h"
#include "limit/limiter.h"
#include "net/server.h"
#include "registry/registry.h"
#include "telemetry/access_log.h"
#include "telemetry/exposition.h"

namespace latchkey::app {

struct ReadingSources {
  const registry::Registry& registry;
  const registry::Follower& follower;
  const Node& node;
  const limit::InMemoryLimiter& limiter;
  std::function<std::uint64_t()> usage_lost;
  std::function<std::uint64_t()> exposures_dropped;
  const telemetry::AccessLog* access_log;  // null: there is none
  std::vector<std::pair<std::string, const net::Server*>> listeners;
  std::vector<telemetry::Reading> more = {};  // of parts that tell by themselves
};

// The sources must outlive the readings, and be there at the first scrape.
std::vector<telemetry::Reading> readings_of(const ReadingSources& sources);

}  // namespace latchkey::app
