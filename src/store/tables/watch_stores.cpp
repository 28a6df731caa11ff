#include "store/tables/watch_stores.h"

#include "store/tables/alert_table.h"
#include "store/tables/outbox_tables.h"
#include "store/tables/webhook_table.h"

namespace latchkey::store::tables {

using namespace sql;

// ---- alerts

Result<AlertHistory> Alerts::history(const AlertSubject& subject) {
  return reads_.run([&](Connection& db) { return alert_history(db, subject); });
}
Result<LeftOut> Alerts::open_alert(const Alert& alert, const Notices& notices) {
  return writer_.run([&](Connection& db) { return tables::open_alert(db, alert, notices); });
}
Result<bool> Alerts::count_up(const Alert& seen) {
  return writer_.run([&](Connection& db) { return tables::count_up(db, seen); });
}
Result<Alert> Alerts::find_alert(TenantId tenant, AlertId id) {
  return reads_.run([&](Connection& db) { return tables::find_alert(db, tenant, id); });
}
Result<AlertPage> Alerts::list_alerts(TenantId tenant, const AlertQuery& query) {
  return reads_.snapshot([&](Connection& db) { return tables::list_alerts(db, tenant, query); });
}
Result<bool> Alerts::acknowledge(TenantId tenant, AlertId id, Instant at, const std::string& by,
                                 const Notices& notices) {
  return writer_.run([&](Connection& db) { return tables::acknowledge(db, tenant, id, at, by, notices); });
}
Result<void> Alerts::forget_alerts(Instant acknowledged_before) {
  return writer_.run([&](Connection& db) { return tables::forget_alerts(db, acknowledged_before); });
}
Result<AlertRuleTable> Alerts::alert_rules(TenantId tenant) {
  return reads_.run([&](Connection& db) { return tables::alert_rules(db, tenant); });
}
Result<AlertRuleTable> Alerts::change_alert_rules(TenantId tenant, const std::function<void(AlertRuleTable&)>& change) {
  return writer_.run([&](Connection& db) { return tables::change_alert_rules(db, tenant, change); });
}

// ---- webhooks

Result<void> Webhooks::insert_webhook(const Webhook& webhook) {
  return writer_.run([&](Connection& db) { return tables::insert_webhook(db, webhook); });
}
Result<Webhook> Webhooks::find_webhook(TenantId tenant, WebhookId id) {
  return reads_.run([&](Connection& db) { return tables::find_webhook(db, tenant, id); });
}
Result<std::vector<Webhook>> Webhooks::list_webhooks(TenantId tenant) {
  return reads_.run([&](Connection& db) { return tables::list_webhooks(db, tenant); });
}
Result<Webhook> Webhooks::change_webhook(TenantId tenant, WebhookId id,
                                         const std::function<Result<void>(Webhook&)>& change) {
  return writer_.run([&](Connection& db) { return tables::change_webhook(db, tenant, id, change); });
}
Result<void> Webhooks::delete_webhook(TenantId tenant, WebhookId id) {
  return writer_.run([&](Connection& db) { return tables::delete_webhook(db, tenant, id); });
}

// ---- outbox

Result<LeftOut> Outbox::add(const Notices& notices) {
  return writer_.run([&](Connection& db) { return add_notices(db, notices); });
}
Result<std::vector<PendingMail>> Outbox::due_mails(Instant now, int limit) {
  return reads_.run([&](Connection& db) { return tables::due_mails(db, now, limit); });
}
Result<int> Outbox::messages_sent(std::string_view recipient, Instant after) {
  return reads_.run([&](Connection& db) { return tables::messages_sent(db, recipient, after); });
}
Result<void> Outbox::note_mails(const MailNote& note) {
  return writer_.run([&](Connection& db) { return tables::note_mails(db, note); });
}
Result<std::vector<DueDelivery>> Outbox::due_deliveries(Instant now, int limit) {
  return reads_.run([&](Connection& db) { return tables::due_deliveries(db, now, limit); });
}
Result<LeftOut> Outbox::note_attempt(const AttemptNote& note) {
  return writer_.run([&](Connection& db) { return tables::note_attempt(db, note); });
}
Result<DeliveryPage> Outbox::list_deliveries(TenantId tenant, WebhookId webhook, const std::string& cursor, int limit) {
  return reads_.snapshot([&](Connection& db) { return tables::list_deliveries(db, tenant, webhook, cursor, limit); });
}
Result<Delivery> Outbox::find_delivery(TenantId tenant, WebhookId webhook, DeliveryId id) {
  return reads_.snapshot([&](Connection& db) { return tables::find_delivery(db, tenant, webhook, id); });
}
Result<Delivery> Outbox::replay(TenantId tenant, WebhookId webhook, DeliveryId id, Instant now) {
  return writer_.run([&](Connection& db) { return tables::replay(db, tenant, webhook, id, now); });
}
Result<void> Outbox::forget_sent(Instant before) {
  return writer_.run([&](Connection& db) -> Result<void> {
    LK_TRY(forget_mails(db, before));
    return forget_deliveries(db, before);
  });
}

}  // namespace latchkey::store::tables
