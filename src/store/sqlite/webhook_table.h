// Webhooks. The caller is in a transaction and rolls back on failure.
#pragma once
#include <functional>

#include "store/sqlite/connection.h"
#include "store/sqlite/row.h"
#include "store/webhook_store.h"

namespace latchkey::store::sqlite {

// What read_webhook() reads, in its order; `w` is webhooks.
#define LK_WEBHOOK_COLUMNS                                                                                         \
  "w.id, w.tenant_id, w.url, w.events, w.description, w.state, w.disabled_reason, w.created_at, w.secret_pepper, " \
  "w.secret_version, w.old_pepper, w.old_version, w.old_until, w.failing_since, w.not_before, w.last_at, "         \
  "w.last_status_code, "                                                                                           \
  "w.last_ok"
Webhook read_webhook(Row& row);

Result<void> insert_webhook(Connection& db, const Webhook& webhook);
Result<Webhook> find_webhook(Connection& db, TenantId tenant, WebhookId id);
Result<std::vector<Webhook>> list_webhooks(Connection& db, TenantId tenant);
Result<Webhook> change_webhook(Connection& db, TenantId tenant, WebhookId id,
                               const std::function<Result<void>(Webhook&)>& change);
Result<void> delete_webhook(Connection& db, TenantId tenant, WebhookId id);

// Every field but id, tenant and created_at; pending deliveries of a disabled one become failed ones.
Result<void> write_webhook(Connection& db, const Webhook& webhook);

}  // namespace latchkey::store::sqlite
