#include "store/sql/cursor.h"
#include "store/tables/outbox_tables.h"
#include "store/sql/row.h"
#include "store/tables/webhook_table.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kForgottenAtOnce = 1000;
constexpr int kStatuses = 3;

#define LK_DELIVERY_COLUMNS \
  "d.number, d.id, d.event_id, d.event, d.payload, d.status, d.tries, d.generation, d.next_attempt_at, d.created_at"

struct NumberedDelivery {
  std::int64_t number = 0;
  Delivery delivery;
};

NumberedDelivery read_delivery(Row& row) {
  NumberedDelivery out;
  Delivery& delivery = out.delivery;
  out.number = row.integer();
  delivery.what.id = row.id<DeliveryTag>();
  delivery.what.event_id = row.id<EventTag>();
  row.text(delivery.what.event);
  row.text(delivery.what.payload);
  delivery.status = row.choice<DeliveryStatus>(kStatuses);
  delivery.tries = static_cast<int>(row.integer());
  delivery.generation = row.integer();
  delivery.next_attempt_at = row.maybe_instant();
  delivery.what.created_at = row.instant();
  return out;
}

Result<void> read_attempts(Connection& db, std::int64_t number, std::vector<DeliveryAttempt>& attempts) {
  Statement query = db.prepare(
      "SELECT at, status_code, error, duration_ms FROM webhook_attempts WHERE delivery_number = ?1 ORDER BY number");
  query.bind(number);
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return {};
    Row row(query);
    DeliveryAttempt& attempt = attempts.emplace_back();
    attempt.at = row.instant();
    if (!row.skip_null()) attempt.status_code = static_cast<int>(row.integer());
    if (!row.skip_null()) row.text(attempt.error.emplace());
    attempt.duration_ms = row.integer();
  }
}

Result<std::int64_t> webhook_number(Connection& db, TenantId tenant, WebhookId webhook) {
  Statement query = db.prepare("SELECT number FROM webhooks WHERE tenant_id = ?1 AND id = ?2");
  query.bind(tenant.bytes(), webhook.bytes());
  LK_ASSIGN(const bool found, query.step());
  if (!found) return fail(ErrorCode::kNotFound, "There is no such webhook.");
  return query.integer(0);
}

Result<void> add_attempt(Connection& db, std::int64_t number, const DeliveryAttempt& attempt) {
  Statement insert = db.prepare(
      "INSERT INTO webhook_attempts (delivery_number, at, status_code, error, duration_ms) VALUES (?1, ?2, ?3, ?4, "
      "?5)");
  insert.bind(number, attempt.at, attempt.status_code, attempt.error, attempt.duration_ms);
  LK_TRY(insert.run());
  Statement trim = db.prepare(
      "DELETE FROM webhook_attempts WHERE delivery_number = ?1 AND number NOT IN "
      "(SELECT number FROM webhook_attempts WHERE delivery_number = ?1 ORDER BY number DESC LIMIT ?2)");
  trim.bind(number, kMaxAttemptsKept);
  return trim.run();
}

// Whether there is room for one more, and its webhook wants any.
Result<std::optional<std::int64_t>> room_in(Connection& db, WebhookId webhook) {
  Statement query = db.prepare(
      "SELECT w.number, (SELECT count(*) FROM webhook_deliveries AS d WHERE d.webhook_number = w.number AND d.status = "
      "0) "
      "FROM webhooks AS w WHERE w.id = ?1 AND w.state = 0");
  query.bind(webhook.bytes());
  LK_ASSIGN(const bool found, query.step());
  if (!found || query.integer(1) >= kMaxPendingDeliveries) return std::optional<std::int64_t>();
  return std::optional(query.integer(0));
}

// What an attempt says about its webhook.
Result<void> note_on_webhook(Connection& db, std::int64_t number, const AttemptNote& note) {
  Statement query = db.prepare("SELECT " LK_WEBHOOK_COLUMNS " FROM webhooks AS w WHERE w.number = ?1");
  query.bind(number);
  LK_ASSIGN(const bool found, query.step());
  if (!found) return {};
  Row row(query);
  Webhook webhook = read_webhook(row);
  LK_TRY(row.sound("webhooks"));
  webhook.last_delivery = Webhook::LastDelivery{note.attempt.at, note.attempt.status_code, !note.attempt.error};
  webhook.failing_since = note.failing_since;
  webhook.not_before = note.webhook_not_before;
  if (note.disable) {
    webhook.state = WebhookState::kDisabled;
    webhook.disabled_reason = *note.disable;
  }
  return write_webhook(db, webhook);
}

}  // namespace

Result<int> add_deliveries(Connection& db, const std::vector<OutgoingDelivery>& deliveries) {
  int left_out = 0;
  for (const OutgoingDelivery& delivery : deliveries) {
    LK_ASSIGN(const auto number, room_in(db, delivery.webhook));
    if (!number) {
      ++left_out;
      continue;
    }
    Statement insert = db.prepare(
        "INSERT INTO webhook_deliveries (id, webhook_number, event_id, event, payload, status, tries, generation, "
        "next_attempt_at, created_at) VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, 0, ?6, ?6)");
    insert.bind(delivery.id.bytes(), *number, delivery.event_id.bytes(), delivery.event, delivery.payload,
                delivery.created_at);
    LK_TRY(insert.run());
  }
  return left_out;
}

Result<std::vector<DueDelivery>> due_deliveries(Connection& db, Instant now, int limit) {
  // Of each webhook the one that is due first.
  Statement query = db.prepare(
      "SELECT " LK_DELIVERY_COLUMNS ", " LK_WEBHOOK_COLUMNS
      " FROM (SELECT e.number, row_number() OVER (PARTITION BY e.webhook_number ORDER BY e.next_attempt_at, e.number) "
      "AS place FROM webhook_deliveries AS e JOIN webhooks AS v ON v.number = e.webhook_number "
      "WHERE e.status = 0 AND e.next_attempt_at <= ?1 AND v.state = 0 AND v.not_before <= ?1) AS f "
      "JOIN webhook_deliveries AS d ON d.number = f.number JOIN webhooks AS w ON w.number = d.webhook_number "
      "WHERE f.place = 1 ORDER BY d.next_attempt_at, d.number LIMIT ?2");
  query.bind(now, limit);
  std::vector<DueDelivery> due;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return due;
    Row row(query);
    DueDelivery& one = due.emplace_back();
    one.delivery = read_delivery(row).delivery;
    one.webhook = read_webhook(row);
    one.delivery.what.webhook = one.webhook.id;
    LK_TRY(row.sound("webhook_deliveries"));
  }
}

Result<LeftOut> note_attempt(Connection& db, const AttemptNote& note) {
  Statement find = db.prepare("SELECT number, webhook_number, generation FROM webhook_deliveries WHERE id = ?1");
  find.bind(note.delivery.bytes());
  LK_ASSIGN(const bool found, find.step());
  if (!found) return LeftOut{};
  const std::int64_t number = find.integer(0), webhook = find.integer(1);
  if (find.integer(2) == note.generation) {
    Statement update = db.prepare(
        "UPDATE webhook_deliveries SET status = ?2, tries = tries + 1, next_attempt_at = ?3 WHERE number = ?1 AND "
        "status = 0");
    update.bind(number, static_cast<int>(note.status), note.next_attempt_at);
    LK_TRY(update.run());
  }
  LK_TRY(add_attempt(db, number, note.attempt));
  LK_TRY(note_on_webhook(db, webhook, note));
  return add_notices(db, note.notices);
}

Result<DeliveryPage> list_deliveries(Connection& db, TenantId tenant, WebhookId webhook, const std::string& cursor,
                                     int limit) {
  LK_TRY(check_page_limit(limit));
  LK_ASSIGN(const std::int64_t number, webhook_number(db, tenant, webhook));
  const std::uint64_t name = fingerprint("deliveries " + webhook.to_string());
  std::int64_t before = INT64_MAX;
  if (!cursor.empty()) {
    LK_ASSIGN(const CursorPosition position, decode_cursor(cursor, name));
    before = position.number;
  }
  Statement query = db.prepare("SELECT " LK_DELIVERY_COLUMNS
                               " FROM webhook_deliveries AS d WHERE d.webhook_number = ?1 AND d.number < ?2 "
                               "ORDER BY d.number DESC LIMIT ?3");
  query.bind(number, before, limit + 1);
  DeliveryPage page;
  std::int64_t last = 0;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return page;
    if (std::cmp_equal(page.deliveries.size(), limit)) {
      page.next_cursor = encode_cursor({.query = name, .number = last, .id = {}, .text = std::nullopt});
      return page;
    }
    Row row(query);
    NumberedDelivery read = read_delivery(row);
    LK_TRY(row.sound("webhook_deliveries"));
    last = read.number;
    read.delivery.what.webhook = webhook;
    LK_TRY(read_attempts(db, read.number, read.delivery.attempts));
    page.deliveries.push_back(std::move(read.delivery));
  }
}

Result<Delivery> find_delivery(Connection& db, TenantId tenant, WebhookId webhook, DeliveryId id) {
  LK_ASSIGN(const std::int64_t number, webhook_number(db, tenant, webhook));
  Statement query = db.prepare("SELECT " LK_DELIVERY_COLUMNS
                               " FROM webhook_deliveries AS d WHERE d.webhook_number = ?1 AND d.id = ?2");
  query.bind(number, id.bytes());
  LK_ASSIGN(const bool found, query.step());
  if (!found) return fail(ErrorCode::kNotFound, "There is no such delivery.");
  Row row(query);
  NumberedDelivery read = read_delivery(row);
  LK_TRY(row.sound("webhook_deliveries"));
  read.delivery.what.webhook = webhook;
  LK_TRY(read_attempts(db, read.number, read.delivery.attempts));
  return std::move(read.delivery);
}

Result<Delivery> replay(Connection& db, TenantId tenant, WebhookId webhook, DeliveryId id, Instant now) {
  LK_ASSIGN(const Webhook owner, find_webhook(db, tenant, webhook));
  LK_TRY(find_delivery(db, tenant, webhook, id));
  if (owner.state == WebhookState::kDisabled) {
    return fail(ErrorCode::kConflict, "The webhook is disabled. Make it active first, then replay.");
  }
  Statement update = db.prepare(
      "UPDATE webhook_deliveries SET status = 0, tries = 0, generation = generation + 1, next_attempt_at = ?2 WHERE id "
      "= ?1");
  update.bind(id.bytes(), now);
  LK_TRY(update.run());
  Statement at_once = db.prepare("UPDATE webhooks SET not_before = 0 WHERE id = ?1");
  at_once.bind(webhook.bytes());
  LK_TRY(at_once.run());
  return find_delivery(db, tenant, webhook, id);
}

Result<void> forget_deliveries(Connection& db, Instant before) {
  Statement remove = db.prepare(
      "DELETE FROM webhook_deliveries WHERE number IN "
      "(SELECT number FROM webhook_deliveries WHERE status <> 0 AND created_at < ?1 LIMIT ?2)");
  remove.bind(before, kForgottenAtOnce);
  return remove.run();
}

}  // namespace latchkey::store::tables
