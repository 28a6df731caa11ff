#include "app/exposing.h"

#include "base/log.h"

namespace latchkey::app {
namespace {

constexpr auto kActEvery = std::chrono::seconds(1);
constexpr limit::FailureLimiter::Rule kRefusedReports{.failures = 20, .window_ms = 60'000};

exposure::ReportSigners::Scanners copy_of(const exposure::ReportSigners::Scanners& scanners) {
  exposure::ReportSigners::Scanners out;
  for (const auto& [name, secret] : scanners) out.emplace(name, Secret::copy_of(secret.expose()));
  return out;
}

exposure::ExposureEvent event_of(const check::NotedExposure& noted) {
  return {.tenant = noted.tenant,
          .key = noted.key,
          .secret = noted.secret,
          .how = noted.how == check::Exposure::kQuery ? ExposureHow::kQuery : ExposureHow::kPlainHttp,
          .at = noted.last_at,
          .count = noted.count};
}

}  // namespace

std::vector<std::optional<exposure::FoundSecret>> RegistrySecrets::find(const std::vector<std::string_view>& secrets) {
  std::vector<std::optional<exposure::FoundSecret>> out;
  registry::Registry::Reader reader(registry_);
  for (const std::string_view secret : secrets) {
    std::optional<exposure::FoundSecret>& found = out.emplace_back();
    const registry::Registry::Pin pin(reader);
    for (const credential::PepperId pepper : peppers_.ids()) {
      const auto key = registry_.find(pin, peppers_.digest(pepper, secret));
      if (!key) continue;
      found = {key->id, key->tenant->id, key->secret};
      break;
    }
  }
  return out;
}

Exposing::Exposing(const ExposingParts& parts)
    : takes_reports_(parts.config.any()),
      exposures_(parts.store.exposures(), parts.store, parts.keys, parts.rotations, parts.alerts, parts.clock),
      secrets_(parts.registry, parts.peppers),
      reports_(exposures_, secrets_, parts.format, parts.clock),
      key_source_(parts.config.github_keys, parts.ca_file),
      github_keys_(key_source_, parts.clock),
      signers_(parts.config.github ? &github_keys_ : nullptr, copy_of(parts.config.scanners), parts.clock),
      refused_(kRefusedReports, parts.random) {}

std::optional<api::LeakReporting> Exposing::leak_reporting() {
  if (!takes_reports_) return std::nullopt;
  return api::LeakReporting{signers_, reports_, refused_};
}

void Exposing::start() {
  thread_ = std::thread([this] { run(); });
}

void Exposing::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  key_source_.stop();
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  act();
}

void Exposing::run() {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (wake_.wait_for(lock, kActEvery, [this] { return stopping_; })) return;
    }
    act();
  }
}

void Exposing::act() {
  for (const check::NotedExposure& noted : log_.take()) {
    if (pending_.size() == kMaxPending) {
      dropped_.fetch_add(noted.count, std::memory_order_relaxed);
    } else {
      pending_.push_back(event_of(noted));
    }
  }
  while (!pending_.empty()) {
    const exposure::ExposureEvent event = pending_.front();
    pending_.pop_front();
    if (const auto reported = exposures_.report(event); !reported) {
      log::warn("key.exposure_not_noted", {{"key", event.key.to_string()},
                                           {"error", reported.error().message},
                                           {"detail", reported.error().detail}});
      // It is tried again after the others. The store, which is the likely reason, is left alone until then.
      pending_.push_back(event);
      return;
    }
  }
}

}  // namespace latchkey::app
