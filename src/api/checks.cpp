// The two questions about keys that the guard room answers: verify, which is for operators on this listener, and a key's
// question about itself, which brings its own credential.
#include "api/resources.h"

namespace latchkey::api {

void add_check_routes(Router& router, const ApiContext& context) {
  router.add({.method = "POST",
              .path = "/v1/api-keys/verify",
              .access = Access::kOperator,
              .pass_on = context.services.verify});
  router.add(
      {.method = "GET", .path = "/v1/api-key", .access = Access::kAnyone, .pass_on = context.services.own_api_key});
}

}  // namespace latchkey::api
