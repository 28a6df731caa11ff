#include "core/webhook.h"

#include <algorithm>

namespace latchkey {

std::string_view to_string(WebhookState state) {
  switch (state) {
    case WebhookState::kActive: return "active";
    case WebhookState::kDisabled: return "disabled";
  }
  return "";
}

std::optional<WebhookState> parse_webhook_state(std::string_view text) {
  if (text == "active") return WebhookState::kActive;
  if (text == "disabled") return WebhookState::kDisabled;
  return std::nullopt;
}

bool Webhook::takes(std::string_view event) const {
  return events.empty() || std::find(events.begin(), events.end(), event) != events.end();
}

const std::vector<std::string_view>& webhook_events() {
  static const std::vector<std::string_view> events = {event::kAlertOpened, event::kAlertAcknowledged,
                                                       event::kKeyRequestSubmitted};
  return events;
}

}  // namespace latchkey
