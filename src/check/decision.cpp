#include "check/decision.h"

namespace latchkey::check {

void Decision::reset() {
  outcome = Outcome::kDeny;
  reason = DenyReason::kMissingKey;
  status = 401;
  detail.clear();
  retry_after_ns.reset();
  key_known = false;
  key = {};
  secret = 0;
  tenant = {};
  tenant_number = 0;
  access_type = {};
  exposed.how = Exposure::kNone;
  operation = nullptr;
  filter_answer = false;
  permitted.channels.reset();
  permitted.attributes.reset();
}

}  // namespace latchkey::check
