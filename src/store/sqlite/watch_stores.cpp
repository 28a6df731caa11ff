#include "store/sqlite/watch_stores.h"

#include "store/sqlite/alert_table.h"
#include "store/sqlite/outbox_tables.h"
#include "store/sqlite/webhook_table.h"

namespace latchkey::store::sqlite {

// ---- alerts

Result<AlertHistory> SqliteAlerts::history(const AlertSubject& subject) {
  return reads_.run([&](Connection& db) { return alert_history(db, subject); });
}
Result<LeftOut> SqliteAlerts::open_alert(const Alert& alert, const Notices& notices) {
  return writer_.run([&](Connection& db) { return sqlite::open_alert(db, alert, notices); });
}
Result<bool> SqliteAlerts::count_up(const Alert& seen) {
  return writer_.run([&](Connection& db) { return sqlite::count_up(db, seen); });
}
Result<Alert> SqliteAlerts::find_alert(TenantId tenant, AlertId id) {
  return reads_.run([&](Connection& db) { return sqlite::find_alert(db, tenant, id); });
}
Result<AlertPage> SqliteAlerts::list_alerts(TenantId tenant, const AlertQuery& query) {
  return reads_.snapshot([&](Connection& db) { return sqlite::list_alerts(db, tenant, query); });
}
Result<bool> SqliteAlerts::acknowledge(TenantId tenant, AlertId id, Instant at, const std::string& by,
                                       const Notices& notices) {
  return writer_.run([&](Connection& db) { return sqlite::acknowledge(db, tenant, id, at, by, notices); });
}
Result<void> SqliteAlerts::forget_alerts(Instant acknowledged_before) {
  return writer_.run([&](Connection& db) { return sqlite::forget_alerts(db, acknowledged_before); });
}
Result<AlertRuleTable> SqliteAlerts::alert_rules(TenantId tenant) {
  return reads_.run([&](Connection& db) { return sqlite::alert_rules(db, tenant); });
}
Result<AlertRuleTable> SqliteAlerts::change_alert_rules(TenantId tenant,
                                                        const std::function<void(AlertRuleTable&)>& change) {
  return writer_.run([&](Connection& db) { return sqlite::change_alert_rules(db, tenant, change); });
}

// ---- webhooks

Result<void> SqliteWebhooks::insert_webhook(const Webhook& webhook) {
  return writer_.run([&](Connection& db) { return sqlite::insert_webhook(db, webhook); });
}
Result<Webhook> SqliteWebhooks::find_webhook(TenantId tenant, WebhookId id) {
  return reads_.run([&](Connection& db) { return sqlite::find_webhook(db, tenant, id); });
}
Result<std::vector<Webhook>> SqliteWebhooks::list_webhooks(TenantId tenant) {
  return reads_.run([&](Connection& db) { return sqlite::list_webhooks(db, tenant); });
}
Result<Webhook> SqliteWebhooks::change_webhook(TenantId tenant, WebhookId id,
                                               const std::function<Result<void>(Webhook&)>& change) {
  return writer_.run([&](Connection& db) { return sqlite::change_webhook(db, tenant, id, change); });
}
Result<void> SqliteWebhooks::delete_webhook(TenantId tenant, WebhookId id) {
  return writer_.run([&](Connection& db) { return sqlite::delete_webhook(db, tenant, id); });
}

// ---- outbox

Result<LeftOut> SqliteOutbox::add(const Notices& notices) {
  return writer_.run([&](Connection& db) { return add_notices(db, notices); });
}
Result<std::vector<PendingMail>> SqliteOutbox::due_mails(Instant now, int limit) {
  return reads_.run([&](Connection& db) { return sqlite::due_mails(db, now, limit); });
}
Result<int> SqliteOutbox::messages_sent(std::string_view recipient, Instant after) {
  return reads_.run([&](Connection& db) { return sqlite::messages_sent(db, recipient, after); });
}
Result<void> SqliteOutbox::note_mails(const MailNote& note) {
  return writer_.run([&](Connection& db) { return sqlite::note_mails(db, note); });
}
Result<std::vector<DueDelivery>> SqliteOutbox::due_deliveries(Instant now, int limit) {
  return reads_.run([&](Connection& db) { return sqlite::due_deliveries(db, now, limit); });
}
Result<LeftOut> SqliteOutbox::note_attempt(const AttemptNote& note) {
  return writer_.run([&](Connection& db) { return sqlite::note_attempt(db, note); });
}
Result<DeliveryPage> SqliteOutbox::list_deliveries(TenantId tenant, WebhookId webhook, const std::string& cursor,
                                                   int limit) {
  return reads_.snapshot([&](Connection& db) { return sqlite::list_deliveries(db, tenant, webhook, cursor, limit); });
}
Result<Delivery> SqliteOutbox::find_delivery(TenantId tenant, WebhookId webhook, DeliveryId id) {
  return reads_.snapshot([&](Connection& db) { return sqlite::find_delivery(db, tenant, webhook, id); });
}
Result<Delivery> SqliteOutbox::replay(TenantId tenant, WebhookId webhook, DeliveryId id, Instant now) {
  return writer_.run([&](Connection& db) { return sqlite::replay(db, tenant, webhook, id, now); });
}
Result<void> SqliteOutbox::forget_sent(Instant before) {
  return writer_.run([&](Connection& db) -> Result<void> {
    LK_TRY(forget_mails(db, before));
    return forget_deliveries(db, before);
  });
}

}  // namespace latchkey::store::sqlite
