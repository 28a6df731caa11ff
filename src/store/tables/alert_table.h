// Alerts and the settings of their rules. The caller is in a transaction and rolls back on failure.
#pragma once
#include "store/alert_store.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

Result<AlertHistory> alert_history(sql::Connection& db, const AlertSubject& subject);
Result<LeftOut> open_alert(sql::Connection& db, const Alert& alert, const Notices& notices);
Result<bool> count_up(sql::Connection& db, const Alert& seen);
Result<Alert> find_alert(sql::Connection& db, TenantId tenant, AlertId id);
Result<AlertPage> list_alerts(sql::Connection& db, TenantId tenant, const AlertQuery& query);
Result<bool> acknowledge(sql::Connection& db, TenantId tenant, AlertId id, Instant at, const std::string& by,
                         const Notices& notices);
Result<void> forget_alerts(sql::Connection& db, Instant acknowledged_before);

Result<AlertRuleTable> alert_rules(sql::Connection& db, TenantId tenant);
Result<AlertRuleTable> change_alert_rules(sql::Connection& db, TenantId tenant,
                                          const std::function<void(AlertRuleTable&)>& change);

}  // namespace latchkey::store::tables
