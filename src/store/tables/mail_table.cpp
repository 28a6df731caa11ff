#include "store/tables/dialect.h"
#include "store/tables/outbox_tables.h"

#include "store/sql/row.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kForgottenAtOnce = 1000;

}  // namespace

Result<int> add_mails(Connection& db, const std::vector<OutgoingMail>& mails) {
  if (mails.empty()) return 0;
  Statement count = db.prepare("SELECT count(*) FROM mails WHERE status = 0");
  LK_TRY(count.step());
  std::int64_t room = kMaxPendingMails - count.integer(0);
  int left_out = 0;
  Statement insert = db.prepare(
      "INSERT INTO mails (id, tenant_id, recipient, subject, body, status, tries, next_attempt_at, created_at, "
      "last_error) "
      "VALUES (?1, ?2, ?3, ?4, ?5, 0, 0, ?6, ?6, '')");
  for (const OutgoingMail& mail : mails) {
    if (room-- <= 0) {
      ++left_out;
      continue;
    }
    insert.reset();
    insert.bind(mail.id.bytes(), mail.tenant.bytes(), mail.recipient, mail.subject, mail.text, mail.created_at);
    LK_TRY(insert.run());
  }
  return left_out;
}

Result<std::vector<PendingMail>> due_mails(Connection& db, Instant now, int limit) {
  Statement query = db.prepare(
      "SELECT id, tenant_id, recipient, subject, body, created_at, tries FROM mails WHERE status = 0 AND "
      "next_attempt_at <= ?1 "
      "ORDER BY next_attempt_at, number LIMIT ?2");
  query.bind(now, limit);
  std::vector<PendingMail> due;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return due;
    Row row(query);
    PendingMail& pending = due.emplace_back();
    pending.mail.id = row.id<MailTag>();
    pending.mail.tenant = row.id<TenantTag>();
    row.text(pending.mail.recipient);
    row.text(pending.mail.subject);
    row.text(pending.mail.text);
    pending.mail.created_at = row.instant();
    pending.tries = static_cast<int>(row.integer());
    LK_TRY(row.sound("mails"));
  }
}

Result<int> messages_sent(Connection& db, std::string_view recipient, Instant after) {
  Statement query = db.prepare("SELECT count(DISTINCT message) FROM mails WHERE status = 1 AND " +
                               folded_column(db, "recipient") + " = ?1 AND sent_at > ?2");
  query.bind(folded(recipient), after);
  LK_TRY(query.step());
  return static_cast<int>(query.integer(0));
}

Result<void> note_mails(Connection& db, const MailNote& note) {
  if (note.mails.empty()) return {};
  const bool sent = note.status == DeliveryStatus::kDelivered;
  Statement update = db.prepare(
      "UPDATE mails SET status = ?2, tries = tries + ?3, next_attempt_at = ?4, sent_at = ?5, message = ?6, last_error "
      "= ?7 "
      "WHERE id = ?1 AND status = 0");
  for (const MailId id : note.mails) {
    update.reset();
    update.bind(id.bytes(), static_cast<int>(note.status), note.tried ? 1 : 0, note.next_attempt_at,
                sent ? std::optional(note.at) : std::nullopt,
                sent ? std::optional(note.mails.front().bytes()) : std::nullopt, note.error);
    LK_TRY(update.run());
  }
  return {};
}

Result<void> forget_mails(Connection& db, Instant before) {
  Statement remove = db.prepare(
      "DELETE FROM mails WHERE number IN (SELECT number FROM mails WHERE status <> 0 AND created_at < ?1 LIMIT ?2)");
  remove.bind(before, kForgottenAtOnce);
  return remove.run();
}

Result<LeftOut> add_notices(Connection& db, const Notices& notices) {
  LeftOut left_out;
  LK_ASSIGN(left_out.mails, add_mails(db, notices.mails));
  LK_ASSIGN(left_out.deliveries, add_deliveries(db, notices.deliveries));
  return left_out;
}

}  // namespace latchkey::store::tables
