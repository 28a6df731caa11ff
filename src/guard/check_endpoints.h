// What the check listener serves: /authz, the verify API, a key's question about itself, /metrics, and probes. Only
// gateways, services and monitoring should reach it.
#pragma once
#include <functional>
#include <string>

#include "guard/forward_auth.h"
#include "guard/verify.h"
#include "net/server.h"

namespace latchkey::guard {

enum class Readiness { kOk, kLoading, kStale, kStopping };

// What Prometheus reads, made on the pool, since values of the whole process are gathered for it.
struct Scrape {
  std::function<std::string()> text;
  net::WorkerPool& pool;
};

class CheckEndpoints {
 public:
  CheckEndpoints(ForwardAuth& forward_auth, Verify& verify, OwnApiKey& own_api_key, Random& random,
                 std::function<Readiness()> readiness, Scrape scrape);
  net::Task<void> handle(net::Exchange& exchange);

 private:
  ForwardAuth& forward_auth_;
  Verify& verify_;
  OwnApiKey& own_api_key_;
  Random& random_;
  const std::function<Readiness()> readiness_;
  const Scrape scrape_;
};

std::string_view to_string(Readiness readiness);

}  // namespace latchkey::guard
