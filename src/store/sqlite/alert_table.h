// Alerts and the settings of their rules. The caller is in a transaction and rolls back on failure.
#pragma once
#include "store/alert_store.h"
#include "store/sqlite/connection.h"

namespace latchkey::store::sqlite {

Result<AlertHistory> alert_history(Connection& db, const AlertSubject& subject);
Result<LeftOut> open_alert(Connection& db, const Alert& alert, const Notices& notices);
Result<bool> count_up(Connection& db, const Alert& seen);
Result<Alert> find_alert(Connection& db, TenantId tenant, AlertId id);
Result<AlertPage> list_alerts(Connection& db, TenantId tenant, const AlertQuery& query);
Result<bool> acknowledge(Connection& db, TenantId tenant, AlertId id, Instant at, const std::string& by,
                         const Notices& notices);
Result<void> forget_alerts(Connection& db, Instant acknowledged_before);

Result<AlertRuleTable> alert_rules(Connection& db, TenantId tenant);
Result<AlertRuleTable> change_alert_rules(Connection& db, TenantId tenant,
                                          const std::function<void(AlertRuleTable&)>& change);

}  // namespace latchkey::store::sqlite
