#include "guard/check_endpoints.h"

#include "base/version.h"
#include "guard/problem.h"
#include "guard/request_id.h"

namespace latchkey::guard {
namespace {

net::Task<void> answer_health(net::Exchange& exchange, int status, Readiness readiness) {
  const std::string body = fmt::format(R"({{"status":"{}","version":"{}"}})", to_string(readiness), version());
  net::ResponseHead head;
  head.status = status;
  head.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  (void)co_await exchange.respond(head, body);
}

// `allow` is empty for a path that does not exist, else the method that it takes.
net::Task<void> answer_unrouted(net::Exchange& exchange, std::string_view allow, Random& random) {
  const std::string id = request_id_for(exchange.request(), random);
  const bool known = !allow.empty();
  const std::string body = fmt::format(
      R"({{"type":"urn:latchkey:problem:{0}","title":"{1}","status":{2},"detail":"{3}","code":"{0}","request_id":"{4}"}})",
      known ? "method_not_allowed" : "not_found", known ? "This path takes another method" : "There is nothing here",
      known ? 405 : 404,
      known ? "See the Allow field of this answer." : "The check listener serves /authz, /v1/api-keys/verify, /v1/api-key, /healthz and /readyz.",
      id);
  net::ResponseHead head;
  head.status = known ? 405 : 404;
  head.headers = {{"Content-Type", kProblemType}, {"Cache-Control", "no-store"}, {"X-Request-Id", id}};
  if (known) head.headers.push_back({"Allow", allow});
  (void)co_await exchange.respond(head, body);
}

}  // namespace

std::string_view to_string(Readiness readiness) {
  switch (readiness) {
    case Readiness::kOk: return "ok";
    case Readiness::kLoading: return "loading";
    case Readiness::kStopping: return "stopping";
  }
  return "";
}

CheckEndpoints::CheckEndpoints(ForwardAuth& forward_auth, Verify& verify, OwnApiKey& own_api_key, Random& random,
                               std::function<Readiness()> readiness)
    : forward_auth_(forward_auth), verify_(verify), own_api_key_(own_api_key), random_(random), readiness_(std::move(readiness)) {}

net::Task<void> CheckEndpoints::handle(net::Exchange& exchange) {
  const std::string_view target = exchange.request().target;
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view method = exchange.request().method;
  if (path == "/authz") return forward_auth_.handle(exchange);
  if (path == "/v1/api-keys/verify") {
    return method == "POST" ? verify_.handle(exchange) : answer_unrouted(exchange, "POST", random_);
  }
  if (path == "/v1/api-key") return method == "GET" ? own_api_key_.handle(exchange) : answer_unrouted(exchange, "GET", random_);
  if (path == "/healthz" && method == "GET") return answer_health(exchange, 200, Readiness::kOk);
  if (path == "/readyz" && method == "GET") {
    const Readiness readiness = readiness_();
    return answer_health(exchange, readiness == Readiness::kOk ? 200 : 503, readiness);
  }
  return answer_unrouted(exchange, {}, random_);
}

}  // namespace latchkey::guard
