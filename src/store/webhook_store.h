// Where webhooks are kept: the port. Every adapter passes the contract suite store/watch_contract_test.h.
// Thread-safe; calls block. Writes are durable before they return. Errors as in store/key_store.h.
#pragma once
#include <functional>
#include <vector>

#include "base/error.h"
#include "core/webhook.h"

namespace latchkey::store {

inline constexpr std::size_t kMaxWebhooks = 20;  // of one tenant

class WebhookStore {
 public:
  virtual ~WebhookStore() = default;

  // kConflict for an id that is there, and when the tenant has kMaxWebhooks; kNotFound when there is no such tenant.
  virtual Result<void> insert_webhook(const Webhook& webhook) = 0;
  virtual Result<Webhook> find_webhook(TenantId tenant, WebhookId id) = 0;  // kNotFound
  virtual Result<std::vector<Webhook>> list_webhooks(TenantId tenant) = 0;  // in the order of creation
  // Reads, changes and writes it in one transaction, so that no other change is undone by it; an error of `change` leaves
  // everything as it is. `change` runs on another thread and must not call the store. Disabling makes every pending
  // delivery a failed one. kNotFound.
  virtual Result<Webhook> change_webhook(TenantId tenant, WebhookId id,
                                         const std::function<Result<void>(Webhook&)>& change) = 0;
  virtual Result<void> delete_webhook(TenantId tenant, WebhookId id) = 0;  // with its deliveries; kNotFound
};

}  // namespace latchkey::store
