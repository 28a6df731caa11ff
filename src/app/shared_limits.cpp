#include "app/shared_limits.h"

namespace latchkey::app {
namespace {

using limit::Counted;
using telemetry::Kind;
using telemetry::Reading;

std::vector<std::string> class_names(const catalog::Catalog& catalog) {
  std::vector<std::string> names;
  for (const auto& rate_class : catalog.rate_classes()) names.push_back(rate_class.id);
  return names;
}

}  // namespace

SharedLimits::SharedLimits(const LimitsConfig& config, limit::InMemoryLimiter& local, const catalog::Catalog& catalog,
                           const Clock& clock, std::function<int()> nodes)
    : local_(local) {
  if (config.counted == Counted::kLocal) return;
  shared_.emplace(local,
                  redis::SharedLimiter::Options{.exact = config.counted == Counted::kExact,
                                                .server = config.redis,
                                                .rate_classes = class_names(catalog),
                                                .nodes = std::move(nodes)},
                  clock);
}

limit::Limiter& SharedLimits::limiter() {
  if (shared_) return *shared_;
  return local_;
}

Result<void> SharedLimits::start() { return shared_ ? shared_->start() : Result<void>{}; }

void SharedLimits::stop() {
  if (shared_) shared_->stop();
}

std::vector<Reading> SharedLimits::readings() const {
  if (!shared_) return {};
  const auto reading = [&](std::string name, std::string help, Kind kind, telemetry::Labels labels, auto read) {
    return Reading{std::move(name), std::move(help), kind, std::move(labels),
                   [shared = &*shared_, read] { return std::optional(static_cast<double>(read(*shared))); }};
  };
  using redis::SharedLimiter;
  const std::string asked = "Calls of the script that counts limits in Redis, by what came of them.";
  return {
      reading("latchkey_limits_shared",
              "Whether limits are counted for all nodes together now (1), or by this node's share (0).", Kind::kGauge,
              {}, [](const SharedLimiter& s) { return s.client().is_all_up(); }),
      reading("latchkey_limits_alone_total",
              "Requests whose limits were judged by this node's share, for want of Redis.", Kind::kCounter, {},
              [](const SharedLimiter& s) { return s.judged_alone(); }),
      reading("latchkey_limits_calls_total", asked, Kind::kCounter, {{"outcome", "answered"}},
              [](const SharedLimiter& s) { return s.client().answered(); }),
      reading("latchkey_limits_calls_total", asked, Kind::kCounter, {{"outcome", "late"}},
              [](const SharedLimiter& s) { return s.client().late(); }),
      reading("latchkey_limits_calls_total", asked, Kind::kCounter, {{"outcome", "failed"}},
              [](const SharedLimiter& s) { return s.client().failed(); }),
  };
}

}  // namespace latchkey::app
