// /healthz and /readyz, for probes: no credential, and no waiting for the worker pool.
#include "api/json_writer.h"
#include "api/resources.h"
#include "base/version.h"

namespace latchkey::api {
namespace {

std::string_view to_string(Readiness::State state) {
  switch (state) {
    case Readiness::State::kOk: return "ok";
    case Readiness::State::kLoading: return "loading";
    case Readiness::State::kStale: return "stale";
    case Readiness::State::kStopping: return "stopping";
  }
  return "";
}

Outcome get_health(const ApiContext&, ApiRequest&) {
  JsonWriter json;
  json.begin_object().text("status", "ok").text("version", version()).end_object();
  return json_response(200, json.take());
}

Outcome get_readiness(const ApiContext& context, ApiRequest&) {
  const Readiness readiness = context.services.readiness();
  JsonWriter json;
  json.begin_object()
      .text("status", to_string(readiness.state))
      .text("version", version())
      .number("keys", static_cast<std::int64_t>(readiness.keys))
      .end_object();
  return json_response(readiness.state == Readiness::State::kOk ? 200 : 503, json.take());
}

}  // namespace

void add_health_routes(Router& router, const ApiContext& context) {
  const auto add = [&](std::string_view path, auto handler) {
    router.add(
        {.method = "GET", .path = path, .access = Access::kAnyone, .handle = with(context, handler), .on_loop = true});
  };
  add("/healthz", get_health);
  add("/readyz", get_readiness);
}

}  // namespace latchkey::api
