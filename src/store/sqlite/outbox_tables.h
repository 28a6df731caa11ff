// Mails and webhook deliveries. The caller is in a transaction and rolls back on failure.
#pragma once
#include "store/outbox_store.h"
#include "store/sqlite/connection.h"

namespace latchkey::store::sqlite {

Result<LeftOut> add_notices(Connection& db, const Notices& notices);

// mail_table.cpp
Result<int> add_mails(Connection& db, const std::vector<OutgoingMail>& mails);  // how many were left out
Result<std::vector<PendingMail>> due_mails(Connection& db, Instant now, int limit);
Result<int> messages_sent(Connection& db, std::string_view recipient, Instant after);
Result<void> note_mails(Connection& db, const MailNote& note);
Result<void> forget_mails(Connection& db, Instant before);

// delivery_table.cpp
Result<int> add_deliveries(Connection& db, const std::vector<OutgoingDelivery>& deliveries);  // how many were left out
Result<std::vector<DueDelivery>> due_deliveries(Connection& db, Instant now, int limit);
Result<LeftOut> note_attempt(Connection& db, const AttemptNote& note);
Result<DeliveryPage> list_deliveries(Connection& db, TenantId tenant, WebhookId webhook, const std::string& cursor,
                                     int limit);
Result<Delivery> find_delivery(Connection& db, TenantId tenant, WebhookId webhook, DeliveryId id);
Result<Delivery> replay(Connection& db, TenantId tenant, WebhookId webhook, DeliveryId id, Instant now);
Result<void> forget_deliveries(Connection& db, Instant before);

}  // namespace latchkey::store::sqlite
