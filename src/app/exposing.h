// What hears of exposed secrets and acts on it: the log that checks note them in, the thread that empties it, and leak
// reports. The part of the composition root that serve.cpp holds as one.
//
//   Exposing exposing({.config = config.leaks, ...});
//   Checker checker(..., &exposing.log());
//   exposing.start();
//   exposing.stop();          // once nothing is checked any more: acts on the rest
//
// start() and stop() belong to one thread.
#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include "api/management_api.h"
#include "app/leak_config.h"
#include "check/exposure_log.h"
#include "exposure/exposures.h"
#include "exposure/leak_reports.h"
#include "registry/registry.h"
#include "store/database.h"

namespace latchkey::app {

// The secrets of a node's registry, whatever their state.
class RegistrySecrets final : public exposure::KnownSecrets {
 public:
  RegistrySecrets(registry::Registry& registry, const credential::Peppers& peppers)
      : registry_(registry), peppers_(peppers) {}
  std::vector<std::optional<exposure::FoundSecret>> find(const std::vector<std::string_view>& secrets) override;

 private:
  registry::Registry& registry_;
  const credential::Peppers& peppers_;
};

struct ExposingParts {
  const LeakConfig& config;
  const std::string& ca_file;  // empty: the system's certificates
  const credential::KeyFormat& format;
  store::Database& store;
  registry::Registry& registry;
  const credential::Peppers& peppers;
  lifecycle::Keys& keys;
  lifecycle::Rotations& rotations;
  watch::Alerts& alerts;
  const Clock& clock;
  Random& random;
};

class Exposing {
 public:
  // Exposures that could not be acted on, kept for the next attempt.
  static constexpr std::size_t kMaxPending = 10'000;

  explicit Exposing(const ExposingParts& parts);
  ~Exposing() { stop(); }
  void start();
  void stop();

  check::ExposureLog& log() { return log_; }
  exposure::Exposures& exposures() { return exposures_; }
  std::optional<api::LeakReporting> leak_reporting();
  std::uint64_t dropped() const { return log_.dropped() + dropped_.load(std::memory_order_relaxed); }

 private:
  void run();
  void act();

  const bool takes_reports_;
  check::ExposureLog log_;
  exposure::Exposures exposures_;
  RegistrySecrets secrets_;
  exposure::LeakReports reports_;
  exposure::HttpKeySource key_source_;
  exposure::GithubKeys github_keys_;
  const exposure::ReportSigners signers_;
  limit::FailureLimiter refused_;
  std::atomic<std::uint64_t> dropped_{0};

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_

  std::deque<exposure::ExposureEvent> pending_;  // the thread's own, and stop()'s after it
  std::thread thread_;
};

}  // namespace latchkey::app
