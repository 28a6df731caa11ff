#include "api/management_api.h"

#include "api/authenticate.h"
#include "api/hardened_exchange.h"
#include "api/pages.h"
#include "api/request_id.h"
#include "api/resources.h"
#include "api/same_origin.h"
#include "api/slow_lane.h"
#include "base/log.h"

namespace latchkey::api {
namespace {

constexpr std::size_t kMaxBodyBytes = 1024 * 1024;

struct Target {
  std::string_view path, query;
};

// An absolute target names the same host as Host (the server checks), so only its path matters.
Target split(std::string_view target) {
  if (const std::size_t scheme_end = target.find("://");
      !target.starts_with('/') && scheme_end != std::string_view::npos) {
    const std::size_t start = target.find_first_of("/?", scheme_end + 3);
    target = start == std::string_view::npos ? std::string_view("/") : target.substr(start);
  }
  const std::size_t mark = std::min(target.find('?'), target.size());
  return {mark == 0 ? "/" : target.substr(0, mark), target.substr(std::min(mark + 1, target.size()))};
}

// Everything that is not a page. /authz belongs to the check listener: a gateway that asks here by mistake must not take
// the console's 200 for a permission.
bool is_api(std::string_view path) {
  constexpr std::string_view kRoots[] = {"/v1", "/authz", "/healthz", "/readyz"};
  return std::any_of(std::begin(kRoots), std::end(kRoots), [&](std::string_view root) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
  });
}

Problem unread(const Error& error) {
  if (error.code == ErrorCode::kTooLarge) return too_large("Send at most 1 MiB.");
  return bad_request("The body did not arrive whole. Send the request again.");
}

net::Task<void> send(net::Exchange& exchange, ApiResponse& response, std::string_view request_id) {
  net::ResponseHead head;
  head.status = response.status;
  head.headers = {{"X-Request-Id", request_id}, {"Cache-Control", "no-store"}};
  if (!response.body.empty()) head.headers.push_back({"Content-Type", response.content_type});
  for (const auto& [name, value] : response.headers) head.headers.push_back({name, value});
  (void)co_await exchange.respond(head, response.body);
  // It may have shown a new key's secret or a password.
  wipe(response.body);
}

void log_change(const ApiRequest& request, std::string_view path, int status) {
  if (request.head.method == "GET" || request.head.method == "HEAD") return;
  log::info("api.change", {{"method", request.head.method},
                           {"path", path},
                           {"status", std::to_string(status)},
                           {"actor", actor_of(request.caller).name},
                           {"request_id", request.request_id}});
}

}  // namespace

struct ManagementApi::Impl {
  explicit Impl(ApiServices given)
      : services(std::move(given)),
        operator_keys(services.store, services.peppers, services.clock, services.random),
        authenticator(operator_keys, services.people),
        throttle(services.clock),
        devices(services.peppers, services.random),
        askers(services.clock) {
    add_session_routes(router, context);
    add_tenant_routes(router, context);
    add_user_routes(router, context);
    add_key_routes(router, context);
    add_rotation_routes(router, context);
    add_hand_over_routes(router, context);
    add_key_request_routes(router, context);
    add_request_form_routes(router, context);
    add_key_policy_routes(router, context);
    add_import_routes(router, context);
    add_leak_routes(router, context);
    add_usage_routes(router, context);
    add_least_privilege_routes(router, context);
    add_trial_routes(router, context);
    add_limit_routes(router, context);
    add_node_routes(router, context);
    add_catalog_routes(router, context);
    add_health_routes(router, context);
    add_check_routes(router, context);
    add_alert_routes(router, context);
    add_alert_rule_routes(router, context);
    add_webhook_routes(router, context);
  }

  net::Task<void> handle(net::Exchange& inner) {
    HardenedExchange exchange(inner);
    const std::string request_id = request_id_for(exchange.request(), services.random);
    const Target target = split(exchange.request().target);
    if (!host_is_ours(exchange.request(), exchange.peer().tls, services.console_hosts)) {
      co_await refuse(
          exchange,
          misdirected(
              "Over plain HTTP the console answers to localhost only, or to a host that its configuration names."),
          request_id);
    } else if (is_api(target.path)) {
      co_await serve_api(exchange, target, request_id);
    } else {
      co_await serve_page(exchange, target.path, request_id);
    }
  }

  net::Task<void> refuse(net::Exchange& exchange, const Problem& problem, std::string_view request_id) {
    ApiResponse response = to_response(problem, request_id);
    co_await send(exchange, response, request_id);
  }

  net::Task<void> serve_page(net::Exchange& exchange, std::string_view path, std::string_view request_id) {
    const net::RequestHead& request = exchange.request();
    if (request.method != "GET" && request.method != "HEAD") {
      co_return co_await refuse(exchange, method_not_allowed("GET, HEAD"), request_id);
    }
    const StaticFile* file = services.files.find(path);
    if (file == nullptr) co_return co_await refuse(exchange, not_found("There is no such file."), request_id);
    const Page page = answer_with(*file, request);
    net::ResponseHead head;
    head.status = page.status;
    head.headers = page.headers;
    head.headers.push_back({"X-Request-Id", request_id});
    (void)co_await exchange.respond(head, page.body);
  }

  net::Task<void> serve_api(net::Exchange& exchange, Target target, std::string_view request_id) {
    RouteMatch match = router.find(exchange.request().method, target.path);
    if (match.route == nullptr) {
      const Problem problem = match.allow.empty() ? not_found("There is nothing at this path; see /docs.")
                                                  : method_not_allowed(match.allow);
      co_return co_await refuse(exchange, problem, request_id);
    }
    const Route& route = *match.route;
    ApiRequest request{.head = exchange.request(),
                       .peer = exchange.peer(),
                       .request_id = request_id,
                       .query = target.query,
                       .parameters = std::move(match.parameters)};
    if (route.pass_on) co_return co_await pass_on(exchange, route, request);

    auto body = co_await net::read_whole_body(exchange, kMaxBodyBytes);
    if (!body) co_return co_await refuse(exchange, unread(body.error()), request_id);
    request.body = std::move(*body);
    ApiResponse response = co_await answer(route, request);
    log_change(request, target.path, response.status);
    wipe(request.body);
    co_await send(exchange, response, request_id);
  }

  net::Task<ApiResponse> answer(const Route& route, ApiRequest& request) {
    if (route.on_loop) co_return respond(route, request);
    std::optional<SlowLane::Place> place;
    if (route.slow) {
      place.emplace(co_await slow_lane.enter());
      if (!*place) co_return to_response(overloaded(), request.request_id);
    }
    auto response = co_await net::offload(services.pool, [&] { return respond(route, request); });
    if (!response) co_return to_response(overloaded(), request.request_id);
    if (const auto finish = std::exchange(response->finish, {})) {
      const auto finished = co_await net::offload(services.waiting, [&] { return finish(*response), true; });
      // The change is made; whoever asks the same again gets its receipt.
      if (!finished) co_return to_response(overloaded(), request.request_id);
    }
    co_return std::move(*response);
  }

  // On a worker thread.
  ApiResponse respond(const Route& route, ApiRequest& request) {
    auto caller = authenticator.authenticate(request.head, route.access);
    if (!caller) return to_response(caller.error(), request.request_id);
    request.caller = std::move(*caller);
    Outcome outcome = route.handle(request);
    return outcome ? std::move(*outcome) : to_response(outcome.error(), request.request_id);
  }

  net::Task<void> pass_on(net::Exchange& exchange, const Route& route, ApiRequest& request) {
    if (route.access != Access::kAnyone) {
      auto caller =
          co_await net::offload(services.pool, [&] { return authenticator.authenticate(request.head, route.access); });
      if (!caller) co_return co_await refuse(exchange, overloaded(), request.request_id);
      if (!*caller) co_return co_await refuse(exchange, caller->error(), request.request_id);
    }
    co_await route.pass_on(exchange);
  }

  ApiServices services;
  lifecycle::OperatorKeys operator_keys;
  const Authenticator authenticator;
  SignInThrottle throttle;
  const DeviceCookies devices;
  RequestThrottle askers;
  const ApiContext context{services, throttle, devices, askers};
  Router router;
  SlowLane slow_lane;
};

ManagementApi::ManagementApi(ApiServices services) : impl_(std::make_unique<Impl>(std::move(services))) {}

ManagementApi::~ManagementApi() = default;

void ManagementApi::set_gateway_url(std::string url) { impl_->services.gateway_url = std::move(url); }

net::Task<void> ManagementApi::handle(net::Exchange& exchange) { return impl_->handle(exchange); }

}  // namespace latchkey::api
