#include "guard/account.h"

namespace latchkey::guard {

Account::Account(check::Scratch& scratch, const Clock& clock)
    : scratch_(scratch), clock_(clock), opened_ns_(clock.steady_ns()) {
  // What the scratch holds is of an earlier request until this one is checked.
  scratch_.decision = check::Decision{};
}

void Account::refused(DenyReason reason, std::string_view detail) {
  scratch_.use.outcome = usage::Outcome::refused(reason);
  scratch_.use.detail = detail;
}

void Account::close() {
  if (closed_) return;
  closed_ = true;
  if (!scratch_.decision.key_known) return;
  usage::Use& use = scratch_.use;
  use.latency = latency_bucket(clock_.steady_ns() - opened_ns_);
  use.status_class = static_cast<std::uint8_t>(upstream_status_ / 100);
  scratch_.recorder.record(use);
}

}  // namespace latchkey::guard
