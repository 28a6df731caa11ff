#include "store/tables/webhook_table.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kStates = 2;

Error no_such_webhook() { return {ErrorCode::kNotFound, "There is no such webhook.", {}}; }

template <class T, class F>
std::optional<std::int64_t> part(const std::optional<T>& whole, const F& get) {
  return whole ? std::optional<std::int64_t>(get(*whole)) : std::nullopt;
}

// The parameters from ?3 on, which inserting and updating share.
void bind_fields(Statement& statement, const Webhook& webhook) {
  using Last = Webhook::LastDelivery;
  const std::optional<int> last_code = webhook.last_delivery ? webhook.last_delivery->status_code : std::nullopt;
  statement.bind(webhook.id.bytes(), webhook.tenant.bytes(), webhook.url, to_json(webhook.events), webhook.description,
                 static_cast<int>(webhook.state), webhook.disabled_reason, webhook.secret.pepper,
                 webhook.secret.version, part(webhook.old_secret, [](const WebhookSecretName& s) { return s.pepper; }),
                 part(webhook.old_secret, [](const WebhookSecretName& s) { return s.version; }),
                 webhook.old_secret_until, webhook.failing_since, webhook.not_before,
                 part(webhook.last_delivery, [](const Last& last) { return last.at.unix_ms; }), last_code,
                 webhook.last_delivery && webhook.last_delivery->ok ? 1 : 0);
}

}  // namespace

Webhook read_webhook(Row& row) {
  Webhook webhook;
  webhook.id = row.id<WebhookTag>();
  webhook.tenant = row.id<TenantTag>();
  row.text(webhook.url);
  row.json(webhook.events);
  row.text(webhook.description);
  webhook.state = row.choice<WebhookState>(kStates);
  row.text(webhook.disabled_reason);
  webhook.created_at = row.instant();
  webhook.secret.pepper = static_cast<std::uint32_t>(row.integer());
  webhook.secret.version = row.integer();
  const bool rotated = !row.skip_null();
  if (rotated) webhook.old_secret.emplace().pepper = static_cast<std::uint32_t>(row.integer());
  if (!row.skip_null()) {
    const std::int64_t version = row.integer();
    if (webhook.old_secret) webhook.old_secret->version = version;
  }
  webhook.old_secret_until = row.instant();
  webhook.failing_since = row.maybe_instant();
  webhook.not_before = row.instant();
  const auto last_at = row.maybe_instant();
  std::optional<int> last_code;
  if (!row.skip_null()) last_code = static_cast<int>(row.integer());
  const bool last_ok = row.integer() != 0;
  if (last_at) webhook.last_delivery = Webhook::LastDelivery{*last_at, last_code, last_ok};
  return webhook;
}

Result<void> insert_webhook(Connection& db, const Webhook& webhook) {
  Statement count = db.prepare("SELECT count(*) FROM webhooks WHERE tenant_id = ?1");
  count.bind(webhook.tenant.bytes());
  LK_TRY(count.step());
  if (std::cmp_greater_equal(count.integer(0), kMaxWebhooks)) {
    return fail(ErrorCode::kConflict,
                fmt::format("This tenant has {} webhooks, which is the most. Delete one that is not needed.",
                            kMaxWebhooks));
  }
  Statement insert = db.prepare(
      "INSERT INTO webhooks (id, tenant_id, url, events, description, state, disabled_reason, secret_pepper, "
      "secret_version, "
      "old_pepper, old_version, old_until, failing_since, not_before, last_at, last_status_code, last_ok, created_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)");
  bind_fields(insert, webhook);
  insert.bind_at(18, webhook.created_at);
  auto inserted = insert.run();
  if (!inserted && inserted.error().code == ErrorCode::kNotFound) inserted.error().message = "There is no such tenant.";
  return inserted;
}

Result<Webhook> find_webhook(Connection& db, TenantId tenant, WebhookId id) {
  Statement query = db.prepare("SELECT " LK_WEBHOOK_COLUMNS " FROM webhooks AS w WHERE w.tenant_id = ?1 AND w.id = ?2");
  query.bind(tenant.bytes(), id.bytes());
  LK_ASSIGN(const bool found, query.step());
  if (!found) return std::unexpected(no_such_webhook());
  Row row(query);
  Webhook webhook = read_webhook(row);
  LK_TRY(row.sound("webhooks"));
  return webhook;
}

Result<std::vector<Webhook>> list_webhooks(Connection& db, TenantId tenant) {
  Statement query =
      db.prepare("SELECT " LK_WEBHOOK_COLUMNS " FROM webhooks AS w WHERE w.tenant_id = ?1 ORDER BY w.number");
  query.bind(tenant.bytes());
  std::vector<Webhook> webhooks;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return webhooks;
    Row row(query);
    webhooks.push_back(read_webhook(row));
    LK_TRY(row.sound("webhooks"));
  }
}

Result<void> write_webhook(Connection& db, const Webhook& webhook) {
  Statement update = db.prepare(
      "UPDATE webhooks SET url = ?3, events = ?4, description = ?5, state = ?6, disabled_reason = ?7, secret_pepper = "
      "?8, "
      "secret_version = ?9, old_pepper = ?10, old_version = ?11, old_until = ?12, failing_since = ?13, not_before = "
      "?14, "
      "last_at = ?15, last_status_code = ?16, last_ok = ?17 WHERE id = ?1 AND tenant_id = ?2");
  bind_fields(update, webhook);
  LK_TRY(update.run());
  if (webhook.state == WebhookState::kActive) return {};
  Statement give_up = db.prepare(
      "UPDATE webhook_deliveries SET status = 2, next_attempt_at = NULL WHERE status = 0 AND webhook_number = "
      "(SELECT number FROM webhooks WHERE id = ?1)");
  give_up.bind(webhook.id.bytes());
  return give_up.run();
}

Result<Webhook> change_webhook(Connection& db, TenantId tenant, WebhookId id,
                               const std::function<Result<void>(Webhook&)>& change) {
  LK_ASSIGN(Webhook webhook, find_webhook(db, tenant, id));
  LK_TRY(change(webhook));
  LK_TRY(write_webhook(db, webhook));
  return webhook;
}

Result<void> delete_webhook(Connection& db, TenantId tenant, WebhookId id) {
  Statement remove = db.prepare("DELETE FROM webhooks WHERE tenant_id = ?1 AND id = ?2");
  remove.bind(tenant.bytes(), id.bytes());
  LK_TRY(remove.run());
  if (db.changed_rows() == 0) return std::unexpected(no_such_webhook());
  return {};
}

}  // namespace latchkey::store::tables
