// Webhooks. The caller is in a transaction and rolls back on failure.
#pragma once
#include <functional>

#include "store/sql/connection.h"
#include "store/sql/row.h"
#include "store/webhook_store.h"

namespace latchkey::store::tables {

// What read_webhook() reads, in its order; `w` is webhooks.
#define LK_WEBHOOK_COLUMNS                                                                                         \
  "w.id, w.tenant_id, w.url, w.events, w.description, w.state, w.disabled_reason, w.created_at, w.secret_pepper, " \
  "w.secret_version, w.old_pepper, w.old_version, w.old_until, w.failing_since, w.not_before, w.last_at, "         \
  "w.last_status_code, "                                                                                           \
  "w.last_ok"
Webhook read_webhook(sql::Row& row);

Result<void> insert_webhook(sql::Connection& db, const Webhook& webhook);
Result<Webhook> find_webhook(sql::Connection& db, TenantId tenant, WebhookId id);
Result<std::vector<Webhook>> list_webhooks(sql::Connection& db, TenantId tenant);
Result<Webhook> change_webhook(sql::Connection& db, TenantId tenant, WebhookId id,
                               const std::function<Result<void>(Webhook&)>& change);
Result<void> delete_webhook(sql::Connection& db, TenantId tenant, WebhookId id);

// Every field but id, tenant and created_at; pending deliveries of a disabled one become failed ones.
Result<void> write_webhook(sql::Connection& db, const Webhook& webhook);

}  // namespace latchkey::store::tables
