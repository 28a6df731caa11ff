// Where limits are counted, as `--limits` says: by this node alone, or for all nodes together in Redis.
//
//   SharedLimits limits(config.limits, local, catalog, clock, [&] { return live_nodes(); });
//   LK_TRY(limits.start());
//   Checker checker(..., limits.limiter(), ...);
//   limits.stop();        // once nothing is decided any more
#pragma once
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "catalog/catalog.h"
#include "limit/limiter.h"
#include "redis/shared_limiter.h"
#include "telemetry/exposition.h"

namespace latchkey::app {

struct LimitsConfig {
  limit::Counted counted = limit::Counted::kLocal;  // local, exact or eventual
  redis::Server redis;                              // of the latter two
};

class SharedLimits {
 public:
  // `nodes`: how many nodes live now, this one too; asked a few times a second by another thread. All must outlive it.
  SharedLimits(const LimitsConfig& config, limit::InMemoryLimiter& local, const catalog::Catalog& catalog,
               const Clock& clock, std::function<int()> nodes);
  limit::Limiter& limiter();
  Result<void> start();
  // Questions that are left are answered by this node's share.
  void stop();
  // None while limits are local.
  std::vector<telemetry::Reading> readings() const;

 private:
  limit::InMemoryLimiter& local_;
  std::optional<redis::SharedLimiter> shared_;
};

}  // namespace latchkey::app
