// What the check listener serves: /authz, the verify API, a key's question about itself, and probes. Only gateways and
// services should reach it.
#pragma once
#include <functional>
#include <string>

#include "guard/forward_auth.h"
#include "guard/verify.h"
#include "net/server.h"

namespace latchkey::guard {

enum class Readiness { kOk, kLoading, kStopping };

class CheckEndpoints {
 public:
  CheckEndpoints(ForwardAuth& forward_auth, Verify& verify, OwnApiKey& own_api_key, Random& random,
                 std::function<Readiness()> readiness);
  net::Task<void> handle(net::Exchange& exchange);

 private:
  ForwardAuth& forward_auth_;
  Verify& verify_;
  OwnApiKey& own_api_key_;
  Random& random_;
  const std::function<Readiness()> readiness_;
};

std::string_view to_string(Readiness readiness);

}  // namespace latchkey::guard
