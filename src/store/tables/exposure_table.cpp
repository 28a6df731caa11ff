#include "store/tables/exposure_table.h"

#include "store/sql/row.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

Result<KeyExposure> read_exposure(const Statement& query) {
  Row row(query);
  KeyExposure out;
  out.key = row.id<KeyTag>();
  out.tenant = row.id<TenantTag>();
  out.secret = static_cast<std::uint64_t>(row.integer());
  out.how = row.choice<ExposureHow>(kExposureHowCount);
  row.text(out.source);
  row.text(out.url);
  out.first_at = row.instant();
  out.last_at = row.instant();
  out.count = row.integer();
  out.action = row.choice<ExposureAction>(kExposureActionCount);
  out.acted_at = row.maybe_instant();
  LK_TRY(row.sound("exposures"));
  return out;
}

std::int64_t stored(std::uint64_t secret) { return static_cast<std::int64_t>(secret); }

Result<bool> count_up(Connection& db, const KeyExposure& seen) {
  Statement update = db.prepare(
      "UPDATE exposures SET count = count + ?6, last_at = CASE WHEN last_at < ?7 THEN ?7 ELSE last_at END "
      "WHERE key_id = ?1 AND secret = ?2 AND how = ?3 AND source = ?4 AND url = ?5");
  update.bind(seen.key.bytes(), stored(seen.secret), static_cast<int>(seen.how), seen.source, seen.url, seen.count,
              seen.last_at);
  LK_TRY(update.run());
  return db.changed_rows() > 0;
}

Result<void> begin(Connection& db, const KeyExposure& seen) {
  {
    Statement query = db.prepare("SELECT 1 FROM tenants WHERE id = ?1");
    query.bind(seen.tenant.bytes());
    LK_ASSIGN(const bool found, query.step());
    if (!found) return fail(ErrorCode::kNotFound, "There is no such account.");
  }
  Statement insert = db.prepare(
      "INSERT INTO exposures (key_id, tenant_id, secret, how, source, url, first_at, last_at, count, action, acted_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, NULL)");
  insert.bind(seen.key.bytes(), seen.tenant.bytes(), stored(seen.secret), static_cast<int>(seen.how), seen.source,
              seen.url, seen.first_at, seen.last_at, seen.count);
  return insert.run();
}

Result<void> forget_all_but_the_latest(Connection& db, KeyId key) {
  Statement remove = db.prepare(
      "DELETE FROM exposures WHERE number IN (SELECT number FROM exposures WHERE key_id = ?1 "
      "ORDER BY acted_at IS NOT NULL DESC, last_at DESC, number DESC LIMIT 1000000000 OFFSET ?2)");
  remove.bind(key.bytes(), ExposureStore::kMaxKept);
  return remove.run();
}

Result<ExposureAction> action_about(Connection& db, const KeyExposure& seen) {
  Statement query =
      db.prepare("SELECT action FROM exposures WHERE key_id = ?1 AND secret = ?2 AND action <> 0 LIMIT 1");
  query.bind(seen.key.bytes(), stored(seen.secret));
  LK_ASSIGN(const bool found, query.step());
  if (!found) return ExposureAction::kNone;
  Row row(query);
  const auto action = row.choice<ExposureAction>(kExposureActionCount);
  LK_TRY(row.sound("exposures"));
  return action;
}

Result<std::int64_t> count_acts(Connection& db, std::string_view sql, Instant since,
                                const std::optional<TenantId>& tenant) {
  Statement query = db.prepare(sql);
  query.bind(since, static_cast<int>(ExposureAction::kHeldBack));
  if (tenant) query.bind_at(3, tenant->bytes());
  LK_TRY(query.step());
  return query.integer(0);
}

}  // namespace

Result<void> remove_exposures(Connection& db, KeyId key) {
  Statement remove = db.prepare("DELETE FROM exposures WHERE key_id = ?1");
  remove.bind(key.bytes());
  return remove.run();
}

Result<NotedExposure> Exposures::note_exposure(const KeyExposure& seen) {
  return writer_.run([&](Connection& db) -> Result<NotedExposure> {
    NotedExposure noted;
    LK_ASSIGN(const bool known, count_up(db, seen));
    noted.is_new = !known;
    if (!known) {
      LK_TRY(begin(db, seen));
      LK_TRY(forget_all_but_the_latest(db, seen.key));
    }
    LK_ASSIGN(noted.action, action_about(db, seen));
    return noted;
  });
}

Result<bool> Exposures::mark_acted(const KeyExposure& seen, ExposureAction action, Instant at) {
  return writer_.run([&](Connection& db) -> Result<bool> {
    LK_ASSIGN(const ExposureAction before, action_about(db, seen));
    if (before != ExposureAction::kNone) return false;
    Statement update = db.prepare(
        "UPDATE exposures SET action = ?6, acted_at = ?7 "
        "WHERE key_id = ?1 AND secret = ?2 AND how = ?3 AND source = ?4 AND url = ?5");
    update.bind(seen.key.bytes(), stored(seen.secret), static_cast<int>(seen.how), seen.source, seen.url,
                static_cast<int>(action), at);
    LK_TRY(update.run());
    return db.changed_rows() > 0;
  });
}

Result<ExposureActs> Exposures::acts_since(TenantId tenant, Instant since) {
  return reads_.run([&](Connection& db) -> Result<ExposureActs> {
    ExposureActs acts;
    LK_ASSIGN(acts.of_all, count_acts(db, "SELECT count(*) FROM exposures WHERE acted_at > ?1 AND action <> ?2", since,
                                      std::nullopt));
    LK_ASSIGN(acts.of_tenant,
              count_acts(db, "SELECT count(*) FROM exposures WHERE acted_at > ?1 AND action <> ?2 AND tenant_id = ?3",
                         since, tenant));
    return acts;
  });
}

Result<std::vector<KeyExposure>> Exposures::exposures_of(TenantId tenant, std::span<const KeyId> keys) {
  return reads_.run([&](Connection& db) -> Result<std::vector<KeyExposure>> {
    std::vector<KeyExposure> out;
    Statement query = db.prepare(
        "SELECT key_id, tenant_id, secret, how, source, url, first_at, last_at, count, action, acted_at FROM exposures "
        "WHERE key_id = ?1 AND tenant_id = ?2");
    for (const KeyId& key : keys) {
      query.reset();
      query.bind(key.bytes(), tenant.bytes());
      for (;;) {
        LK_ASSIGN(const bool found, query.step());
        if (!found) break;
        LK_ASSIGN(KeyExposure exposure, read_exposure(query));
        out.push_back(std::move(exposure));
      }
    }
    return out;
  });
}

}  // namespace latchkey::store::tables
