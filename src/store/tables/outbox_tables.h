// Mails and webhook deliveries. The caller is in a transaction and rolls back on failure.
#pragma once
#include "store/outbox_store.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

Result<LeftOut> add_notices(sql::Connection& db, const Notices& notices);

// mail_table.cpp
Result<int> add_mails(sql::Connection& db, const std::vector<OutgoingMail>& mails);  // how many were left out
Result<std::vector<PendingMail>> due_mails(sql::Connection& db, Instant now, int limit);
Result<int> messages_sent(sql::Connection& db, std::string_view recipient, Instant after);
Result<void> note_mails(sql::Connection& db, const MailNote& note);
Result<void> forget_mails(sql::Connection& db, Instant before);

// delivery_table.cpp
Result<int> add_deliveries(sql::Connection& db,
                           const std::vector<OutgoingDelivery>& deliveries);  // how many were left out
Result<std::vector<DueDelivery>> due_deliveries(sql::Connection& db, Instant now, int limit);
Result<LeftOut> note_attempt(sql::Connection& db, const AttemptNote& note);
Result<DeliveryPage> list_deliveries(sql::Connection& db, TenantId tenant, WebhookId webhook, const std::string& cursor,
                                     int limit);
Result<Delivery> find_delivery(sql::Connection& db, TenantId tenant, WebhookId webhook, DeliveryId id);
Result<Delivery> replay(sql::Connection& db, TenantId tenant, WebhookId webhook, DeliveryId id, Instant now);
Result<void> forget_deliveries(sql::Connection& db, Instant before);

}  // namespace latchkey::store::tables
