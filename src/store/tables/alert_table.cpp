#include "store/tables/alert_table.h"

#include "store/sql/cursor.h"
#include "store/tables/outbox_tables.h"
#include "store/sql/row.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kRules = static_cast<int>(kAlertRuleCount);
constexpr int kSeverities = 3;
// Few enough that one call never holds the writer up for long.
constexpr int kForgottenAtOnce = 1000;

#define LK_ALERT_COLUMNS                                                                                           \
  "a.number, a.id, a.tenant_id, a.key_id, a.rule, a.severity, a.subject, a.title, a.detail, a.facts, a.first_at, " \
  "a.last_at, a.count, a.acknowledged_at, a.acknowledged_by, coalesce(k.nickname, '')"
#define LK_ALERTS_WITH_KEYS LK_ALERT_COLUMNS " FROM alerts AS a LEFT JOIN api_keys AS k ON k.id = a.key_id"

struct NumberedAlert {
  std::int64_t number = 0;
  Alert alert;
};

Result<NumberedAlert> read_alert(const Statement& query) {
  Row row(query);
  NumberedAlert out;
  Alert& alert = out.alert;
  out.number = row.integer();
  alert.id = row.id<AlertTag>();
  alert.tenant = row.id<TenantTag>();
  alert.key = row.id<KeyTag>();
  alert.rule = row.choice<AlertRule>(kRules);
  alert.severity = row.choice<AlertSeverity>(kSeverities);
  row.text(alert.subject);
  row.text(alert.title);
  row.text(alert.detail);
  row.text(alert.facts);
  alert.first_at = row.instant();
  alert.last_at = row.instant();
  alert.count = row.integer();
  alert.acknowledged_at = row.maybe_instant();
  row.text(alert.acknowledged_by);
  row.text(alert.key_nickname);
  LK_TRY(row.sound("alerts"));
  return out;
}

Result<std::int64_t> open_count(Connection& db, TenantId tenant) {
  Statement query = db.prepare("SELECT count(*) FROM alerts WHERE tenant_id = ?1 AND acknowledged_at IS NULL");
  query.bind(tenant.bytes());
  LK_TRY(query.step());
  return query.integer(0);
}

std::uint64_t query_name(TenantId tenant, const AlertQuery& query) {
  return fingerprint(fmt::format("alerts {} {} {}", tenant.to_string(), query.status ? to_string(*query.status) : "-",
                                 query.key ? query.key->to_string() : "-"));
}

std::string list_sql(const AlertQuery& query) {
  std::string sql = "SELECT " LK_ALERTS_WITH_KEYS " WHERE a.tenant_id = ?1 AND a.number < ?2";
  if (query.key) sql += " AND a.key_id = ?4";
  if (query.status == AlertStatus::kOpen) sql += " AND a.acknowledged_at IS NULL";
  if (query.status == AlertStatus::kAcknowledged) sql += " AND a.acknowledged_at IS NOT NULL";
  return sql + " ORDER BY a.number DESC LIMIT ?3";
}

}  // namespace

Result<AlertHistory> alert_history(Connection& db, const AlertSubject& subject) {
  Statement query = db.prepare(
      "SELECT count(*) - count(acknowledged_at), max(acknowledged_at) FROM alerts "
      "WHERE tenant_id = ?1 AND key_id = ?2 AND rule = ?3 AND subject = ?4");
  query.bind(subject.tenant.bytes(), subject.key.bytes(), static_cast<int>(subject.rule), subject.subject);
  LK_TRY(query.step());
  Row row(query);
  AlertHistory history;
  history.open = row.integer() > 0;
  history.acknowledged_at = row.maybe_instant();
  return history;
}

Result<LeftOut> open_alert(Connection& db, const Alert& alert, const Notices& notices) {
  LK_ASSIGN(const std::int64_t open, open_count(db, alert.tenant));
  if (open >= kMaxOpenAlerts) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("This tenant has {} open alerts. Acknowledge some, then new ones are opened again.", open));
  }
  Statement insert = db.prepare(
      "INSERT INTO alerts (id, tenant_id, key_id, rule, severity, subject, title, detail, facts, first_at, last_at, "
      "count, "
      "acknowledged_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, '')");
  insert.bind(alert.id.bytes(), alert.tenant.bytes(), alert.key.bytes(), static_cast<int>(alert.rule),
              static_cast<int>(alert.severity), alert.subject, alert.title, alert.detail, alert.facts, alert.first_at,
              alert.last_at, alert.count);
  auto inserted = insert.run();
  if (inserted) return add_notices(db, notices);
  if (inserted.error().code == ErrorCode::kConflict) inserted.error().message = "Such an alert is open already.";
  if (inserted.error().code == ErrorCode::kNotFound) inserted.error().message = "There is no such tenant.";
  return std::unexpected(std::move(inserted.error()));
}

Result<bool> count_up(Connection& db, const Alert& seen) {
  Statement update = db.prepare(
      "UPDATE alerts SET count = count + ?5, last_at = CASE WHEN last_at < ?6 THEN ?6 ELSE last_at END, severity = ?7, "
      "title = ?8, detail = ?9, facts "
      "= ?10 "
      "WHERE tenant_id = ?1 AND key_id = ?2 AND rule = ?3 AND subject = ?4 AND acknowledged_at IS NULL");
  update.bind(seen.tenant.bytes(), seen.key.bytes(), static_cast<int>(seen.rule), seen.subject, seen.count,
              seen.last_at, static_cast<int>(seen.severity), seen.title, seen.detail, seen.facts);
  LK_TRY(update.run());
  return db.changed_rows() > 0;
}

Result<Alert> find_alert(Connection& db, TenantId tenant, AlertId id) {
  Statement query = db.prepare("SELECT " LK_ALERTS_WITH_KEYS " WHERE a.tenant_id = ?1 AND a.id = ?2");
  query.bind(tenant.bytes(), id.bytes());
  LK_ASSIGN(const bool found, query.step());
  if (!found) return fail(ErrorCode::kNotFound, "There is no such alert.");
  LK_ASSIGN(NumberedAlert read, read_alert(query));
  return std::move(read.alert);
}

Result<AlertPage> list_alerts(Connection& db, TenantId tenant, const AlertQuery& query) {
  LK_TRY(check_page_limit(query.limit));
  const std::uint64_t name = query_name(tenant, query);
  std::int64_t before = INT64_MAX;
  if (!query.cursor.empty()) {
    LK_ASSIGN(const CursorPosition position, decode_cursor(query.cursor, name));
    before = position.number;
  }
  AlertPage page;
  LK_ASSIGN(page.open, open_count(db, tenant));
  Statement select = db.prepare(list_sql(query));
  select.bind(tenant.bytes(), before, query.limit + 1);
  if (query.key) select.bind_at(4, query.key->bytes());
  std::int64_t last = 0;
  for (;;) {
    LK_ASSIGN(const bool found, select.step());
    if (!found) return page;
    if (std::cmp_equal(page.alerts.size(), query.limit)) {
      page.next_cursor = encode_cursor({.query = name, .number = last, .id = {}, .text = std::nullopt});
      return page;
    }
    LK_ASSIGN(NumberedAlert read, read_alert(select));
    last = read.number;
    page.alerts.push_back(std::move(read.alert));
  }
}

Result<bool> acknowledge(Connection& db, TenantId tenant, AlertId id, Instant at, const std::string& by,
                         const Notices& notices) {
  Statement update = db.prepare(
      "UPDATE alerts SET acknowledged_at = ?3, acknowledged_by = ?4 "
      "WHERE tenant_id = ?1 AND id = ?2 AND acknowledged_at IS NULL");
  update.bind(tenant.bytes(), id.bytes(), at, by);
  LK_TRY(update.run());
  if (db.changed_rows() == 0) {
    LK_TRY(find_alert(db, tenant, id));
    return false;
  }
  LK_TRY(add_notices(db, notices));
  return true;
}

Result<void> forget_alerts(Connection& db, Instant acknowledged_before) {
  Statement remove =
      db.prepare("DELETE FROM alerts WHERE number IN (SELECT number FROM alerts WHERE acknowledged_at < ?1 LIMIT ?2)");
  remove.bind(acknowledged_before, kForgottenAtOnce);
  return remove.run();
}

Result<AlertRuleTable> alert_rules(Connection& db, TenantId tenant) {
  AlertRuleTable rules;
  for (const AlertRule rule : all_alert_rules()) rules[static_cast<std::size_t>(rule)] = standard_settings(rule);
  Statement query =
      db.prepare("SELECT rule, enabled, email, webhook, first, second, third FROM alert_rules WHERE tenant_id = ?1");
  query.bind(tenant.bytes());
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return rules;
    Row row(query);
    const auto rule = row.choice<AlertRule>(kRules);
    LK_TRY(row.sound("alert_rules"));
    AlertRuleSettings& settings = rules[static_cast<std::size_t>(rule)];
    settings.enabled = row.integer() != 0;
    settings.email = row.integer() != 0;
    settings.webhook = row.integer() != 0;
    for (std::int64_t& value : settings.values) {
      if (!row.skip_null()) value = row.integer();
    }
  }
}

Result<AlertRuleTable> change_alert_rules(Connection& db, TenantId tenant,
                                          const std::function<void(AlertRuleTable&)>& change) {
  LK_ASSIGN(AlertRuleTable rules, alert_rules(db, tenant));
  change(rules);
  Statement remove = db.prepare("DELETE FROM alert_rules WHERE tenant_id = ?1");
  remove.bind(tenant.bytes());
  LK_TRY(remove.run());
  Statement insert = db.prepare(
      "INSERT INTO alert_rules (tenant_id, rule, enabled, email, webhook, first, second, third) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  for (const AlertRule rule : all_alert_rules()) {
    const AlertRuleSettings& settings = rules[static_cast<std::size_t>(rule)];
    const AlertRuleSettings standard = standard_settings(rule);
    if (settings == standard) continue;
    std::array<std::optional<std::int64_t>, kMaxAlertSettings> own;
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (settings.values[i] != standard.values[i]) own[i] = settings.values[i];
    }
    insert.reset();
    insert.bind(tenant.bytes(), static_cast<int>(rule), settings.enabled ? 1 : 0, settings.email ? 1 : 0,
                settings.webhook ? 1 : 0, own[0], own[1], own[2]);
    auto inserted = insert.run();
    if (inserted) continue;
    if (inserted.error().code == ErrorCode::kNotFound) inserted.error().message = "There is no such tenant.";
    return std::unexpected(std::move(inserted.error()));
  }
  return rules;
}

}  // namespace latchkey::store::tables
