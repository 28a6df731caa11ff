// What people and programs do with webhooks: make, change, rotate, try, replay. Thread-safe; calls block.
//
//   auto made = webhooks.create(tenant.id, {.url = "https://hooks.example/latchkey"});
//   if (!made) return problem_of(made.error());   // every mistake, with its pointer
//   show_once(made->secret);
//
// What they refer to must outlive it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/secret.h"
#include "core/api_key.h"
#include "core/webhook.h"
#include "credential/digest.h"
#include "lifecycle/change_error.h"
#include "lifecycle/validate.h"
#include "store/outbox_store.h"
#include "store/webhook_store.h"

namespace latchkey::delivery {

struct WebhookInput {
  std::string url;
  std::vector<std::string> events;  // empty: all
  std::string description;
};

struct WebhookUpdate {
  std::optional<std::string> url;
  std::optional<std::vector<std::string>> events;
  std::optional<std::string> description;
  std::optional<WebhookState> state;
};

struct CreatedWebhook {
  Webhook webhook;
  Secret secret;  // "whsec_...", for its owner to keep
};

inline constexpr std::size_t kMaxUrlBytes = 2048;

// https with a host, no user, password or fragment, no address that is not public. allow_private: http and any address too.
void check_webhook_url(const std::string& url, bool allow_private, lifecycle::Mistakes& mistakes);
// Known, and without doubles.
std::vector<std::string> check_webhook_events(const std::vector<std::string>& events, lifecycle::Mistakes& mistakes);
// Up to 100 characters that can be seen; may be empty.
std::string check_webhook_description(const std::string& text, lifecycle::Mistakes& mistakes);

class Webhooks {
 public:
  Webhooks(store::WebhookStore& store, store::OutboxStore& outbox, const credential::Peppers& peppers,
           bool allow_private, const Clock& clock, Random& random)
      : store_(store),
        outbox_(outbox),
        peppers_(peppers),
        allow_private_(allow_private),
        clock_(clock),
        random_(random) {}

  lifecycle::ChangeResult<CreatedWebhook> create(TenantId tenant, const WebhookInput& input);
  // Making a disabled one active forgets its failures.
  lifecycle::ChangeResult<Webhook> update(TenantId tenant, WebhookId id, const WebhookUpdate& update, const Actor& by);
  // The secret before goes on signing beside the new one for kSecretOverlapMs.
  Result<CreatedWebhook> rotate(TenantId tenant, WebhookId id);
  // Puts a message of the event "webhook.test" on its way, whatever the webhook is set to. kConflict while it is disabled.
  Result<store::Delivery> test(TenantId tenant, WebhookId id);
  Result<store::Delivery> replay(TenantId tenant, WebhookId id, DeliveryId delivery);
  Result<void> remove(TenantId tenant, WebhookId id) { return store_.delete_webhook(tenant, id); }

  Result<Webhook> find(TenantId tenant, WebhookId id) { return store_.find_webhook(tenant, id); }
  Result<std::vector<Webhook>> list(TenantId tenant) { return store_.list_webhooks(tenant); }
  Result<store::DeliveryPage> deliveries(TenantId tenant, WebhookId id, const std::string& cursor, int limit) {
    return outbox_.list_deliveries(tenant, id, cursor, limit);
  }
  bool allow_private() const { return allow_private_; }

 private:
  store::WebhookStore& store_;
  store::OutboxStore& outbox_;
  const credential::Peppers& peppers_;
  const bool allow_private_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace latchkey::delivery
