// AlertStore, WebhookStore and OutboxStore in the same database as the keys. Thread-safe.
#pragma once
#include "store/alert_store.h"
#include "store/outbox_store.h"
#include "store/sql/read_pool.h"
#include "store/sql/writer.h"
#include "store/webhook_store.h"

namespace latchkey::store::tables {

class Alerts final : public AlertStore {
 public:
  Alerts(sql::Writer& writer, sql::ReadPool& reads) : writer_(writer), reads_(reads) {}
  Result<AlertHistory> history(const AlertSubject& subject) override;
  Result<LeftOut> open_alert(const Alert& alert, const Notices& notices) override;
  Result<bool> count_up(const Alert& seen) override;
  Result<Alert> find_alert(TenantId tenant, AlertId id) override;
  Result<AlertPage> list_alerts(TenantId tenant, const AlertQuery& query) override;
  Result<bool> acknowledge(TenantId tenant, AlertId id, Instant at, const std::string& by,
                           const Notices& notices) override;
  Result<void> forget_alerts(Instant acknowledged_before) override;
  Result<AlertRuleTable> alert_rules(TenantId tenant) override;
  Result<AlertRuleTable> change_alert_rules(TenantId tenant,
                                            const std::function<void(AlertRuleTable&)>& change) override;

 private:
  sql::Writer& writer_;
  sql::ReadPool& reads_;
};

class Webhooks final : public WebhookStore {
 public:
  Webhooks(sql::Writer& writer, sql::ReadPool& reads) : writer_(writer), reads_(reads) {}
  Result<void> insert_webhook(const Webhook& webhook) override;
  Result<Webhook> find_webhook(TenantId tenant, WebhookId id) override;
  Result<std::vector<Webhook>> list_webhooks(TenantId tenant) override;
  Result<Webhook> change_webhook(TenantId tenant, WebhookId id,
                                 const std::function<Result<void>(Webhook&)>& change) override;
  Result<void> delete_webhook(TenantId tenant, WebhookId id) override;

 private:
  sql::Writer& writer_;
  sql::ReadPool& reads_;
};

class Outbox final : public OutboxStore {
 public:
  Outbox(sql::Writer& writer, sql::ReadPool& reads) : writer_(writer), reads_(reads) {}
  Result<LeftOut> add(const Notices& notices) override;
  Result<std::vector<PendingMail>> due_mails(Instant now, int limit) override;
  Result<int> messages_sent(std::string_view recipient, Instant after) override;
  Result<void> note_mails(const MailNote& note) override;
  Result<std::vector<DueDelivery>> due_deliveries(Instant now, int limit) override;
  Result<LeftOut> note_attempt(const AttemptNote& note) override;
  Result<DeliveryPage> list_deliveries(TenantId tenant, WebhookId webhook, const std::string& cursor,
                                       int limit) override;
  Result<Delivery> find_delivery(TenantId tenant, WebhookId webhook, DeliveryId id) override;
  Result<Delivery> replay(TenantId tenant, WebhookId webhook, DeliveryId id, Instant now) override;
  Result<void> forget_sent(Instant before) override;

 private:
  sql::Writer& writer_;
  sql::ReadPool& reads_;
};

}  // namespace latchkey::store::tables
