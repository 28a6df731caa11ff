// `latchkey serve`: the composition root. Parts are made in the order in which they depend on one another and go in the
// reverse; every reference points to something made before.
#include <cstdio>
#include <cstdlib>

#include "api/management_api.h"
#include "api/static_files.h"
#include "app/commands.h"
#include "app/exposing.h"
#include "app/hand_over_places.h"
#include "app/key_keeping.h"
#include "app/loops.h"
#include "app/node.h"
#include "app/node_duties.h"
#include "app/peppers.h"
#include "app/quota_keeper.h"
#include "app/readings.h"
#include "app/secret_managers.h"
#include "app/secret_uses.h"
#include "app/serve_config.h"
#include "app/shared_limits.h"
#include "app/usage_keeper.h"
#include "app/watched_usage.h"
#include "app/watching.h"
#include "base/log.h"
#include "base/version.h"
#include "catalog/load.h"
#include "guard/check_endpoints.h"
#include "guard/gateway.h"
#include "lifecycle/keys.h"
#include "lifecycle/people.h"
#include "lifecycle/seal.h"
#include "lifecycle/tenants.h"
#include "registry/follower.h"
#include "telemetry/recorder.h"

namespace latchkey::app {
namespace {

constexpr int kWorkerThreads = 8;
constexpr std::size_t kMaxQueuedWork = 1024;
constexpr std::size_t kMaxQueuedScrapes = 16;
constexpr int kWaitingThreads = 16;
constexpr std::size_t kMaxQueuedWaiting = 256;
constexpr int kExpireEverySeconds = 300;

std::optional<std::string> environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

registry::Follower::Genuine genuine_by(const credential::Peppers& peppers) {
  return {.record = [&peppers](const store::KeyRecord& record) { return lifecycle::seal_is_valid(record, peppers); },
          .rows =
              [&peppers] {
                return [seals = lifecycle::RowSeals(peppers)](const store::KeyRow& row) mutable {
                  return seals.valid(row);
                };
              }};
}

std::string gateway_url(const ServeConfig& config, std::uint16_t port) {
  if (!config.gateway_url.empty()) return config.gateway_url;
  return (config.tls ? "https://" : "http://") + Endpoint{config.gateway.address, port}.to_string();
}

// Where links that are mailed lead to.
std::string console_url(const ServeConfig& config) {
  if (!config.console_url.empty()) return config.console_url;
  return (config.tls ? "https://" : "http://") + config.console.to_string();
}

net::ListenOptions listen_on(const Endpoint& endpoint, const ServeConfig& config) {
  return {.address = endpoint.address, .port = endpoint.port, .tls = config.tls, .limits = {}, .extra_headers = {}};
}

std::vector<std::string> operation_ids(const catalog::Catalog& catalog) {
  std::vector<std::string> ids;
  for (const catalog::Operation& operation : catalog.operations()) ids.push_back(operation.id);
  return ids;
}

// A running server. Constructed whole, then listens, loads, runs.
class Serving {
 public:
  Serving(const ServeConfig& config, const catalog::Catalog& catalog, const credential::Peppers& peppers, const OpenedStore& opened,
          std::unique_ptr<telemetry::LogSink> access_log)
      : Serving(config, catalog, peppers, opened, *opened.database, *opened.usage, std::move(access_log)) {}
  Serving(const ServeConfig& config, const catalog::Catalog& catalog, const credential::Peppers& peppers, const OpenedStore& opened,
          store::Database& store, store::UsageStore& usage, std::unique_ptr<telemetry::LogSink> access_log)
      : config_(config),
        catalog_(catalog),
        peppers_(peppers),
        store_(store),
        hand_overs_(store.hand_overs()),
        usage_(usage),
        registry_(catalog),
        follower_(store, registry_, genuine_by(peppers), &lease_),
        feed_(follower_, config.store.shared()),
        node_(config.store, opened, follower_, lease_, clock_, random_, [this] { return load(); }),
        managers_(make_secret_managers(config.secret_managers, clock_, keeping_stops_)),
        places_(managers_, !config.delivery.smtp.url.empty()),
        keys_(store, feed_, catalog, peppers, config.key_format, clock_, random_, &places_),
        imports_(store, feed_, catalog, peppers, config.key_format, clock_, random_),
        key_requests_(store.key_requests(), store, store.webhooks(), keys_, catalog, console_url(config), clock_, random_, &places_),
        tenants_(store, feed_, catalog, clock_, random_),
        people_(store, clock_, random_),
        duties_(opened, node_, clock_),
        shared_limits_(config.limits, limiter_, catalog, clock_, [this] { return duties_.live_nodes(); }),
        collector_(catalog, usage),
        secret_uses_(collector_, usage),
        rotations_(store, feed_, peppers, config.key_format, clock_, random_, secret_uses_, &places_),
        access_log_(access_log ? std::make_unique<telemetry::AccessLog>(std::move(access_log), config.key_format) : nullptr),
        metrics_(operation_ids(catalog), version(), readings_of(reading_sources())),
        recorder_(metrics_, access_log_.get()),
        failures_(config.failed_requests, random_),
        quotas_(limiter_, store, clock_),
        watched_usage_(usage, store, shared_limits_.limiter(), catalog, clock_),
        watching_(config.delivery, store, peppers, clock_, random_, watched_usage_, duties_.of_watching()),
        keeping_(console_url(config), {.store = store,
                                       .hand_overs = store.hand_overs(),
                                       .usage = usage,
                                       .keys = keys_,
                                       .rotations = rotations_,
                                       .managers = managers_,
                                       .mail = watching_.mail(),
                                       .alerts = watching_.alerts(),
                                       .peppers = peppers,
                                       .clock = clock_,
                                       .random = random_,
                                       .stopping = keeping_stops_,
                                       .duty = duties_.keeping()}),
        exposing_({.config = config.leaks,
                   .ca_file = config.delivery.ca_file,
                   .format = config.key_format,
                   .store = store,
                   .registry = registry_,
                   .peppers = peppers,
                   .keys = keys_,
                   .rotations = rotations_,
                   .alerts = watching_.alerts(),
                   .clock = clock_,
                   .random = random_}),
        threads_(config.threads),
        pool_(kWorkerThreads, kMaxQueuedWork),
        scrape_pool_(1, kMaxQueuedScrapes),
        waiting_pool_(kWaitingThreads, kMaxQueuedWaiting),
        checker_(registry_, catalog, peppers, config.key_format, clock_, shared_limits_.limiter(), &failures_, &exposing_.log(), node_.lease()),
        lanes_(threads_.loops(), registry_, collector_, recorder_, random_),
        gateway_(checker_, catalog, lanes_, clock_, gateway_options(config), threads_.loops()),
        forward_auth_(checker_, lanes_, clock_, {config.check_trusted_proxies}),
        verify_(checker_, catalog, lanes_, clock_),
        own_api_key_(checker_, catalog, lanes_, clock_, store, pool_, config.check_trusted_proxies),
        check_endpoints_(forward_auth_, verify_, own_api_key_, random_, [this] { return readiness(); },
                         {.text = [this] { return metrics_.text(); }, .pool = scrape_pool_}),
        console_server_(listen_on(config.console, config), [this](net::Exchange& e) { return management_api_->handle(e); }),
        gateway_server_(listen_on(config.gateway, config), [this](net::Exchange& e) { return gateway_.handle(e); }),
        check_server_(listen_on(config.check, config), [this](net::Exchange& e) { return check_endpoints_.handle(e); }) {}

  // Ports are taken before keys are loaded, so that a busy one is told at once; requests that come meanwhile wait in the
  // listen queue, and none is decided before every key is known.
  Result<void> start() {
    for (net::Server* server : {&console_server_, &gateway_server_, &check_server_}) LK_TRY(server->listen(threads_.loops()));
    make_management_api();
    LK_TRY(node_.join());
    LK_TRY(follower_.load([](std::size_t keys) { log::info("serve.loading", {{"keys", std::to_string(keys)}}); }));
    LK_TRY(quotas_.load());
    node_.keys_are_loaded();
    duties_.start();
    LK_TRY(shared_limits_.start());
    threads_.start();
    collector_.on_tally([this](const usage::Tally& tally) { watching_.observe(watched_cells(tally)); });
    watching_.start();
    keeping_.start();
    exposing_.start();
    keeper_.emplace(collector_, usage_, clock_, config_.usage_retention, duties_.summing_up());
    return {};
  }

  void announce() const {
    const auto at = [](const Endpoint& endpoint, const net::Server& server) {
      return Endpoint{endpoint.address, server.port()}.to_string();
    };
    std::printf("{\"event\":\"ready\",\"console\":\"%s\",\"gateway\":\"%s\",\"check\":\"%s\"}\n", at(config_.console, console_server_).c_str(),
                at(config_.gateway, gateway_server_).c_str(), at(config_.check, check_server_).c_str());
    std::fflush(stdout);
    log::info("serve.ready", {{"keys", std::to_string(registry_.key_count())}});
  }

  void run_until_stopped() {
    int seconds = 0;
    const auto every_second = [&] {
      warn_unless(quotas_.tick(), "serve.quotas_not_stored");
      for (std::size_t i = 0; i < limit::InMemoryLimiter::kShards; ++i) limiter_.sweep(clock_.steady_ns());
      if (++seconds % kExpireEverySeconds != 0) return;
      if (auto done = store_.delete_expired(clock_.now()); !done) log::warn("serve.expire_failed", {{"error", done.error().message}});
    };
    wait_for_stop(every_second, [this] {
      if (access_log_) access_log_->reopen();
    });
    log::info("serve.stopping");
    stopping_ = true;
    // Callers first, then those who are asked on their behalf.
    for (net::Server* server : {&gateway_server_, &check_server_, &console_server_}) server->drain(config_.drain_ms);
    threads_.stop();
    node_.leave();
    shared_limits_.stop();
    keeper_.reset();
    warn_unless(quotas_.flush(), "serve.quotas_not_stored");
    keeping_.stop();
    exposing_.stop();
    watching_.stop();
    duties_.stop();
    log::info("serve.stopped");
  }

 private:
  void make_management_api() {
    management_api_.emplace(api::ApiServices{.store = store_,
        .keys = keys_,
        .rotations = rotations_,
        .hand_overs = hand_overs_,
        .places = places_,
        .imports = imports_,
        .key_requests = key_requests_,
        .tenants = tenants_,
        .people = people_,
        .alerts = watching_.alerts(),
        .webhooks = watching_.webhooks(),
        .exposures = exposing_.exposures(),
        .catalog = catalog_,
        .limiter = shared_limits_.limiter(),
        .peppers = peppers_,
        .clock = clock_,
        .random = random_,
        .pool = pool_,
        .nodes = node_.nodes(),
        .waiting = waiting_pool_,
        .usage = usage_,
        .usage_retention = config_.usage_retention,
        .flush_usage = [this] { return collector_.flush(); },
        .verify = [this](net::Exchange& e) { return verify_.handle(e); },
        .own_api_key = [this](net::Exchange& e) { return own_api_key_.handle(e); },
        .readiness = [this] { return api_readiness(); },
        .gateway_url = gateway_url(config_, gateway_server_.port()),
        .files = files_,
        .console_hosts = config_.console_hosts,
        .leak_reports = exposing_.leak_reporting()});
  }

  static guard::GatewayOptions gateway_options(const ServeConfig& config) {
    return {.upstream = config.upstream,
            .limits = {},
            .trusted_proxies = config.gateway_trusted_proxies,
            .max_checked_body_bytes = config.max_checked_body_bytes,
            .max_body_bytes = config.max_body_bytes};
  }

  // Addresses only; nobody reads before everything is there.
  ReadingSources reading_sources() const {
    return {.registry = registry_,
            .follower = follower_,
            .node = node_,
            .limiter = limiter_,
            .usage_lost = [this] { return collector_.lost(); },
            .exposures_dropped = [this] { return exposing_.dropped(); },
            .access_log = access_log_.get(),
            .listeners = {{"console", &console_server_}, {"gateway", &gateway_server_}, {"check", &check_server_}},
            .more = shared_limits_.readings()};
  }

  guard::Readiness readiness() const {
    if (stopping_) return guard::Readiness::kStopping;
    switch (node_.state()) {
      case Node::State::kLoading: return guard::Readiness::kLoading;
      case Node::State::kCurrent: return guard::Readiness::kOk;
      case Node::State::kStale: return guard::Readiness::kStale;
    }
    return guard::Readiness::kOk;
  }
  api::Readiness api_readiness() const {
    using State = api::Readiness::State;
    switch (readiness()) {
      case guard::Readiness::kOk: return {State::kOk, registry_.key_count()};
      case guard::Readiness::kLoading: return {State::kLoading, registry_.key_count()};
      case guard::Readiness::kStale: return {State::kStale, registry_.key_count()};
      case guard::Readiness::kStopping: return {State::kStopping, registry_.key_count()};
    }
    return {};
  }
  cluster::NodeLoad load() {
    return {.keys = static_cast<std::int64_t>(registry_.key_count()),
            .checks = metrics_.requests(),
            .limits = std::string(limit::to_string(shared_limits_.limiter().counted()))};
  }

  static void warn_unless(const Result<void>& done, std::string_view event) {
    if (!done) log::warn(event, {{"error", done.error().message}, {"detail", done.error().detail}});
  }

  const ServeConfig& config_;
  const catalog::Catalog& catalog_;
  const credential::Peppers& peppers_;
  const SystemClock clock_;
  SystemRandom random_;
  const api::StaticFiles files_{api::embedded_files()};
  store::KeyStore& store_;
  store::HandOverStore& hand_overs_;
  store::UsageStore& usage_;
  registry::Registry registry_;
  registry::Lease lease_;
  registry::Follower follower_;
  FollowerFeed feed_;
  Node node_;
  std::atomic<bool> keeping_stops_{false};
  delivery::SecretManagers managers_;
  HandOverPlaces places_;
  lifecycle::Keys keys_;
  lifecycle::Imports imports_;
  lifecycle::KeyRequests key_requests_;
  lifecycle::Tenants tenants_;
  lifecycle::People people_;
  NodeDuties duties_;
  limit::InMemoryLimiter limiter_;
  SharedLimits shared_limits_;
  usage::Collector collector_;
  SecretUses secret_uses_;
  lifecycle::Rotations rotations_;
  const std::unique_ptr<telemetry::AccessLog> access_log_;  // null: none
  telemetry::Metrics metrics_;
  telemetry::Recorder recorder_;
  limit::FailureLimiter failures_;
  QuotaKeeper quotas_;
  WatchedUsage watched_usage_;
  Watching watching_;
  KeyKeeping keeping_;
  Exposing exposing_;
  LoopThreads threads_;
  net::WorkerPool pool_;
  net::WorkerPool scrape_pool_;  // of its own, so that monitoring sees a server whose pool is full
  net::WorkerPool waiting_pool_;  // for those who wait for other nodes
  check::Checker checker_;
  guard::Lanes lanes_;
  guard::Gateway gateway_;
  guard::ForwardAuth forward_auth_;
  guard::Verify verify_;
  guard::OwnApiKey own_api_key_;
  guard::CheckEndpoints check_endpoints_;
  std::optional<api::ManagementApi> management_api_;  // made once the gateway's port is known, which it tells
  net::Server console_server_;
  net::Server gateway_server_;
  net::Server check_server_;
  std::optional<UsageKeeper> keeper_;  // while loops run
  std::atomic<bool> stopping_{false};
};

Result<void> serve(const std::map<std::string, std::string>& flags, const std::optional<std::string>& config_path) {
  // Before anything starts a thread: one that did not block them would die of them, and the process with it.
  block_signals();
  LK_ASSIGN(const ServeConfig config, make_serve_config(flags, environment, config_path));
  catalog::LoadResult loaded = catalog::load_catalog_file(config.catalog);
  std::string mistakes;
  for (const catalog::Diagnostic& diagnostic : loaded.diagnostics) {
    if (!loaded.catalog) mistakes += "\n" + diagnostic.to_string();
    if (loaded.catalog) log::warn("catalog.warning", {{"at", diagnostic.to_string()}});
  }
  if (!loaded.catalog) return fail(ErrorCode::kInvalidArgument, "The catalog can't be used; `latchkey catalog check` explains it." + mistakes);
  LK_ASSIGN(const credential::Peppers peppers, configured_peppers(config, environment("LATCHKEY_PEPPER"), SystemClock()));
  LK_ASSIGN(const OpenedStore store, open_store(config.store, store::OpenMode::kMustExist));
  std::unique_ptr<telemetry::LogSink> access_log;
  if (!config.access_log.empty()) {
    LK_ASSIGN(access_log, telemetry::open_log_sink(config.access_log));
  }
  Serving serving(config, *loaded.catalog, peppers, store, std::move(access_log));
  LK_TRY(serving.start());
  serving.announce();
  serving.run_until_stopped();
  return {};
}

}  // namespace

void add_serve(cli::Command& program) {
  cli::Command command = program.add_subcommand("serve", "Run console, management API, gateway and check endpoints");
  auto values = std::make_shared<std::map<std::string, std::string>>();
  auto config_path = std::make_shared<std::string>();
  command.add_option("--config", *config_path, "TOML file with these settings, '_' for '-' (or LATCHKEY_CONFIG)").envname("LATCHKEY_CONFIG");
  for (const Setting& setting : serve_settings()) {
    command.add_option(
        "--" + setting.name, [values, name = setting.name](const std::string& value) { (*values)[name] = value; }, setting.help);
  }
  command.footer("Flags win over LATCHKEY_* variables (--tls-cert is LATCHKEY_TLS_CERT), which win over the file.\n"
                 "Prints one line of JSON when ready; logs are JSON lines on standard error. SIGTERM stops it cleanly.\n"
                 "Example: latchkey serve --data ./data --catalog catalogs/optimove.yaml --upstream http://127.0.0.1:9000");
  command.callback([values, config_path] {
    const auto served = serve(*values, config_path->empty() ? std::nullopt : std::optional(*config_path));
    if (served) return 0;
    return print_failure(served.error().message.c_str()), 1;
  });
}

}  // namespace latchkey::app
