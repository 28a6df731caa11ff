// The endpoints, a file for each resource. Every handler runs on a worker thread and may block.
#pragma once
#include "api/device_cookie.h"
#include "api/management_api.h"
#include "api/request_throttle.h"
#include "api/router.h"
#include "api/sign_in_throttle.h"

namespace latchkey::api {

struct ApiContext {
  const ApiServices& services;
  SignInThrottle& throttle;
  const DeviceCookies& devices;
  RequestThrottle& askers;
};

// A handler, as a route takes it. `context` must outlive the router.
template <class Handler>
auto with(const ApiContext& context, Handler handler) {
  return [&context, handler](ApiRequest& request) { return handler(context, request); };
}

void add_session_routes(Router& router, const ApiContext& context);
void add_tenant_routes(Router& router, const ApiContext& context);
void add_user_routes(Router& router, const ApiContext& context);
void add_key_routes(Router& router, const ApiContext& context);
void add_rotation_routes(Router& router, const ApiContext& context);
void add_hand_over_routes(Router& router, const ApiContext& context);
void add_key_request_routes(Router& router, const ApiContext& context);
void add_request_form_routes(Router& router, const ApiContext& context);
void add_key_policy_routes(Router& router, const ApiContext& context);
void add_import_routes(Router& router, const ApiContext& context);
void add_leak_routes(Router& router, const ApiContext& context);
void add_least_privilege_routes(Router& router, const ApiContext& context);
void add_trial_routes(Router& router, const ApiContext& context);
void add_usage_routes(Router& router, const ApiContext& context);
void add_node_routes(Router& router, const ApiContext& context);
void add_limit_routes(Router& router, const ApiContext& context);
void add_catalog_routes(Router& router, const ApiContext& context);
void add_health_routes(Router& router, const ApiContext& context);
void add_check_routes(Router& router, const ApiContext& context);
void add_alert_routes(Router& router, const ApiContext& context);
void add_alert_rule_routes(Router& router, const ApiContext& context);
void add_webhook_routes(Router& router, const ApiContext& context);

}  // namespace latchkey::api
