#include "guard/check_endpoints.h"

#include "base/version.h"
#include "guard/problem.h"
#include "guard/request_id.h"
#include "telemetry/exposition.h"

namespace latchkey::guard {
namespace {

net::Task<void> answer_health(net::Exchange& exchange, int status, Readiness readiness) {
  const std::string body = fmt::format(R"({{"status":"{}","version":"{}"}})", to_string(readiness), version());
  net::ResponseHead head;
  head.status = status;
  head.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}};
  (void)co_await exchange.respond(head, body);
}

struct Refusal {
  int status;
  std::string_view code, title, detail;
};
constexpr Refusal kNotFound{
    404, "not_found", "There is nothing here",
    "The check listener serves /authz, /v1/api-keys/verify, /v1/api-key, /metrics, /healthz and /readyz."};
constexpr Refusal kOtherMethod{405, "method_not_allowed", "This path takes another method",
                               "See the Allow field of this answer."};
constexpr Refusal kBusy{503, "unavailable", "The metrics can't be gathered now",
                        "Too many ask for them at once; try again shortly."};

// `allow`: the methods that the path takes, of a 405.
net::Task<void> refuse(net::Exchange& exchange, const Refusal& refusal, Random& random, std::string_view allow = {}) {
  const RequestId id = request_id_for(exchange.request(), random);
  const std::string body = fmt::format(
      R"({{"type":"urn:latchkey:problem:{0}","title":"{1}","status":{2},"detail":"{3}","code":"{0}","request_id":"{4}"}})",
      refusal.code, refusal.title, refusal.status, refusal.detail, id.view());
  net::ResponseHead head;
  head.status = refusal.status;
  head.headers = {{"Content-Type", kProblemType}, {"Cache-Control", "no-store"}, {"X-Request-Id", id}};
  if (!allow.empty()) head.headers.push_back({"Allow", allow});
  (void)co_await exchange.respond(head, body);
}

net::Task<void> answer_scrape(net::Exchange& exchange, const Scrape& scrape, Random& random) {
  const std::string_view method = exchange.request().method;
  if (method != "GET" && method != "HEAD") {
    co_await refuse(exchange, kOtherMethod, random, "GET, HEAD");
    co_return;
  }
  const auto text = co_await net::offload(scrape.pool, [&scrape] { return scrape.text(); });
  if (!text) {
    co_await refuse(exchange, kBusy, random);
    co_return;
  }
  net::ResponseHead head;
  head.headers = {{"Content-Type", telemetry::kExpositionType}, {"Cache-Control", "no-store"}};
  (void)co_await exchange.respond(head, *text);
}

}  // namespace

std::string_view to_string(Readiness readiness) {
  switch (readiness) {
    case Readiness::kOk: return "ok";
    case Readiness::kLoading: return "loading";
    case Readiness::kStale: return "stale";
    case Readiness::kStopping: return "stopping";
  }
  return "";
}

CheckEndpoints::CheckEndpoints(ForwardAuth& forward_auth, Verify& verify, OwnApiKey& own_api_key, Random& random,
                               std::function<Readiness()> readiness, Scrape scrape)
    : forward_auth_(forward_auth),
      verify_(verify),
      own_api_key_(own_api_key),
      random_(random),
      readiness_(std::move(readiness)),
      scrape_(std::move(scrape)) {}

net::Task<void> CheckEndpoints::handle(net::Exchange& exchange) {
  const std::string_view target = exchange.request().target;
  const std::string_view path = target.substr(0, target.find('?'));
  const std::string_view method = exchange.request().method;
  if (path == "/authz") return forward_auth_.handle(exchange);
  if (path == "/v1/api-keys/verify") {
    return method == "POST" ? verify_.handle(exchange) : refuse(exchange, kOtherMethod, random_, "POST");
  }
  if (path == "/v1/api-key")
    return method == "GET" ? own_api_key_.handle(exchange) : refuse(exchange, kOtherMethod, random_, "GET");
  if (path == "/metrics") return answer_scrape(exchange, scrape_, random_);
  if (path == "/healthz" && method == "GET") return answer_health(exchange, 200, Readiness::kOk);
  if (path == "/readyz" && method == "GET") {
    const Readiness readiness = readiness_();
    return answer_health(exchange, readiness == Readiness::kOk ? 200 : 503, readiness);
  }
  return refuse(exchange, kNotFound, random_);
}

}  // namespace latchkey::guard
