// The management API and the console's pages: everything that the console listener serves. Requests are routed and read
// on the loop; whatever may block (store, password hashes) runs on the worker pool, and a full pool is 503.
//
//   ManagementApi api({.store = store, .keys = keys, ...});
//   Server server(options, [&](net::Exchange& e) { return api.handle(e); });
//
// Thread-safe. What the services refer to must outlive it, and it must outlive the server.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/static_files.h"
#include "base/clock.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "cluster/nodes.h"
#include "credential/digest.h"
#include "delivery/webhooks.h"
#include "exposure/exposures.h"
#include "exposure/leak_reports.h"
#include "exposure/report_signers.h"
#include "lifecycle/imports.h"
#include "lifecycle/key_requests.h"
#include "lifecycle/keys.h"
#include "lifecycle/people.h"
#include "lifecycle/rotations.h"
#include "lifecycle/tenants.h"
#include "limit/failure_limiter.h"
#include "limit/limiter.h"
#include "net/server.h"
#include "store/hand_over_store.h"
#include "store/key_store.h"
#include "store/usage_store.h"
#include "watch/alerts.h"

namespace latchkey::api {

struct Readiness {
  enum class State { kOk, kLoading, kStale, kStopping };
  State state = State::kOk;
  std::size_t keys = 0;  // that checks know now
};

// What takes leak reports, where somebody may send them.
struct LeakReporting {
  const exposure::ReportSigners& signers;
  exposure::LeakReports& reports;
  limit::FailureLimiter& refused;  // counts those that are not signed by anybody known
};

struct ApiServices {
  store::KeyStore& store;
  lifecycle::Keys& keys;
  lifecycle::Rotations& rotations;
  store::HandOverStore& hand_overs;
  const lifecycle::HandOverPlaces& places;
  lifecycle::Imports& imports;
  lifecycle::KeyRequests& key_requests;
  lifecycle::Tenants& tenants;
  lifecycle::People& people;
  watch::Alerts& alerts;
  delivery::Webhooks& webhooks;
  exposure::Exposures& exposures;
  const catalog::Catalog& catalog;
  limit::Limiter& limiter;
  const credential::Peppers& peppers;
  const Clock& clock;
  Random& random;
  net::WorkerPool& pool;
  cluster::Nodes& nodes;
  net::WorkerPool& waiting;  // for those who wait until all nodes have a change
  store::UsageStore& usage;
  store::UsageRetention usage_retention;
  std::function<Result<void>()> flush_usage;  // brings what was counted until now to `usage`
  net::Handler verify;       // POST /v1/api-keys/verify, once an operator key was shown
  net::Handler own_api_key;  // GET /v1/api-key
  std::function<Readiness()> readiness;
  std::string gateway_url;  // where callers send their requests; empty: not told
  const StaticFiles& files;
  // Names under which a proxy in front passes the console on, besides localhost and loopback addresses. Over TLS any.
  std::vector<std::string> console_hosts = {};
  std::optional<LeakReporting> leak_reports = {};
};

class ManagementApi {
 public:
  explicit ManagementApi(ApiServices services);
  ~ManagementApi();
  // Before the first request: for a port that is known only once it is taken.
  void set_gateway_url(std::string url);
  net::Task<void> handle(net::Exchange& exchange);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace latchkey::api
