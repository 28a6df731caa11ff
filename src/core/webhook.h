// Webhooks: where a tenant wants to be told of events. Plain values.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "core/ids.h"

namespace latchkey {

enum class WebhookState : std::uint8_t { kActive, kDisabled };
std::string_view to_string(WebhookState state);
std::optional<WebhookState> parse_webhook_state(std::string_view text);

// Which secret signs. The secret itself is derived from a pepper when it is needed and is stored nowhere.
struct WebhookSecretName {
  std::uint32_t pepper = 0;
  std::int64_t version = 1;
  bool operator==(const WebhookSecretName&) const = default;
};

struct Webhook {
  struct LastDelivery {
    Instant at;
    std::optional<int> status_code;  // empty: no answer came
    bool ok = false;
    bool operator==(const LastDelivery&) const = default;
  };

  WebhookId id;
  TenantId tenant;
  std::string url;
  std::vector<std::string> events;  // empty: all
  std::string description;
  WebhookState state = WebhookState::kActive;
  std::string disabled_reason;  // a sentence, while disabled
  Instant created_at;
  WebhookSecretName secret;
  std::optional<WebhookSecretName> old_secret;  // signs too, until old_secret_until
  Instant old_secret_until;
  std::optional<Instant> failing_since;  // the first failure after the last success
  Instant not_before;                    // nothing is sent earlier: it failed a moment ago
  std::optional<LastDelivery> last_delivery;

  bool takes(std::string_view event) const;
};

namespace event {
inline constexpr std::string_view kAlertOpened = "alert.opened";
inline constexpr std::string_view kAlertAcknowledged = "alert.acknowledged";
inline constexpr std::string_view kKeyRequestSubmitted = "key_request.submitted";
inline constexpr std::string_view kTest = "webhook.test";  // goes out only when somebody asks for it
}  // namespace event

// Those that a webhook can be set to.
const std::vector<std::string_view>& webhook_events();

}  // namespace latchkey
