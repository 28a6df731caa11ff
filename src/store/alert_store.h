// Where alerts and the tenants' settings for rules are kept: the port. Every adapter passes the contract suite
// store/watch_contract_test.h.
//
// There is at most one open alert of a rule, key and subject; what is noticed again counts it up.
// Thread-safe; calls block. Writes are durable before they return. Errors as in store/key_store.h.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "core/alert.h"
#include "store/outbox_store.h"

namespace latchkey::store {

// Of one tenant. Beyond these nothing is opened until somebody acknowledges some.
inline constexpr std::int64_t kMaxOpenAlerts = 2'000;

// What tells one alert from another.
struct AlertSubject {
  TenantId tenant;
  KeyId key;  // nil: the tenant
  AlertRule rule{};
  std::string subject;
};

struct AlertHistory {
  bool open = false;                       // one is open
  std::optional<Instant> acknowledged_at;  // when the latest of those that are not was acknowledged
  bool any() const { return open || acknowledged_at.has_value(); }
};

struct AlertQuery {
  std::optional<AlertStatus> status{};
  std::optional<KeyId> key{};
  std::string cursor{};  // from AlertPage::next_cursor, with the same query; kInvalidArgument otherwise
  int limit = 50;        // 1 to 1000
};

struct AlertPage {
  std::vector<Alert> alerts;  // newest first
  std::string next_cursor;
  std::int64_t open = 0;  // of the tenant, whatever the query
};

class AlertStore {
 public:
  virtual ~AlertStore() = default;

  virtual Result<AlertHistory> history(const AlertSubject& subject) = 0;
  // With what is to be told of it, all or nothing. kConflict when one like it is open, kTooLarge beyond kMaxOpenAlerts.
  virtual Result<LeftOut> open_alert(const Alert& alert, const Notices& notices) = 0;
  // The open alert like `seen` was seen `seen.count` times more, last at seen.last_at; title, detail, facts and severity
  // become those of `seen`. Answers whether there was one.
  virtual Result<bool> count_up(const Alert& seen) = 0;
  virtual Result<Alert> find_alert(TenantId tenant, AlertId id) = 0;  // kNotFound
  virtual Result<AlertPage> list_alerts(TenantId tenant, const AlertQuery& query) = 0;
  // kNotFound. Answers whether it was open; if not, nothing is written and nobody told.
  virtual Result<bool> acknowledge(TenantId tenant, AlertId id, Instant at, const std::string& by,
                                   const Notices& notices) = 0;
  // Alerts that were acknowledged before.
  virtual Result<void> forget_alerts(Instant acknowledged_before) = 0;

  virtual Result<AlertRuleTable> alert_rules(TenantId tenant) = 0;
  // Reads, changes and writes them in one transaction. `change` runs on another thread and must not call the store.
  // kNotFound when there is no such tenant.
  virtual Result<AlertRuleTable> change_alert_rules(TenantId tenant,
                                                    const std::function<void(AlertRuleTable&)>& change) = 0;
};

}  // namespace latchkey::store
