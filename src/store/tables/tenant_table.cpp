#include "store/tables/tenant_table.h"

#include "store/sql/cursor.h"
#include "store/tables/feed_table.h"
#include "store/sql/row.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr int kTenantStatuses = 2;
#define LK_TENANT_COLUMNS \
  "number, id, cid, name, status, enabled_channels, ip_ranges, created_at, updated_at, limits, key_policy"

struct Numbered {
  std::int64_t number = 0;
  Tenant tenant;
};

Result<Numbered> read(const Statement& query) {
  Row row(query);
  Numbered out;
  out.number = row.integer();
  out.tenant.id = row.id<TenantTag>();
  out.tenant.cid = row.integer();
  row.text(out.tenant.name);
  out.tenant.status = row.choice<TenantStatus>(kTenantStatuses);
  row.json(out.tenant.enabled_channels);
  row.json(out.tenant.ip_ranges);
  out.tenant.created_at = row.instant();
  out.tenant.updated_at = row.instant();
  row.json(out.tenant.limits);
  row.json(out.tenant.key_policy);
  LK_TRY(row.sound("tenants"));
  return out;
}

// One above the highest; once the highest possible is taken, the first gap.
Result<std::int64_t> next_cid(Connection& db) {
  Statement highest = db.prepare("SELECT coalesce(max(cid), 0) + 1 FROM tenants");
  LK_TRY(highest.step());
  if (highest.integer(0) <= kMaxCid) return highest.integer(0);
  Statement gap = db.prepare(
      "SELECT min(gap) FROM (SELECT 1 AS gap WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE cid = 1) UNION ALL "
      "SELECT min(cid) + 1 FROM tenants AS t WHERE NOT EXISTS (SELECT 1 FROM tenants WHERE cid = t.cid + 1)) AS gaps");
  LK_TRY(gap.step());
  return gap.integer(0);
}

Error explain(Error error, const Tenant& tenant) {
  if (error.code == ErrorCode::kConflict) {
    error.message =
        fmt::format("Another tenant has the client number {}. Choose another, or leave it out to get a free one.",
                    tenant.cid);
  }
  return error;
}

Error no_such_tenant() { return {ErrorCode::kNotFound, "There is no such tenant.", {}}; }

}  // namespace

Result<Tenant> insert_tenant(Connection& db, Tenant tenant) {
  if (tenant.cid == 0) {
    LK_ASSIGN(tenant.cid, next_cid(db));
  }
  Statement insert = db.prepare(
      "INSERT INTO tenants (id, cid, name, status, enabled_channels, ip_ranges, created_at, updated_at, limits, "
      "key_policy) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
  insert.bind(tenant.id.bytes(), tenant.cid, tenant.name, static_cast<int>(tenant.status),
              to_json(tenant.enabled_channels), to_json(tenant.ip_ranges), tenant.created_at, tenant.updated_at,
              to_json(tenant.limits), to_json(tenant.key_policy));
  if (const auto inserted = insert.run(); !inserted) return std::unexpected(explain(inserted.error(), tenant));
  LK_TRY(append_tenant_change(db, tenant.id, tenant.created_at));
  return tenant;
}

Result<Sequence> update_tenant(Connection& db, const Tenant& tenant) {
  Statement update = db.prepare(
      "UPDATE tenants SET cid = ?2, name = ?3, status = ?4, enabled_channels = ?5, ip_ranges = ?6, created_at = ?7, "
      "updated_at = ?8, limits = ?9, key_policy = ?10 WHERE id = ?1");
  update.bind(tenant.id.bytes(), tenant.cid, tenant.name, static_cast<int>(tenant.status),
              to_json(tenant.enabled_channels), to_json(tenant.ip_ranges), tenant.created_at, tenant.updated_at,
              to_json(tenant.limits), to_json(tenant.key_policy));
  if (const auto updated = update.run(); !updated) return std::unexpected(explain(updated.error(), tenant));
  if (db.changed_rows() == 0) return std::unexpected(no_such_tenant());
  return append_tenant_change(db, tenant.id, tenant.updated_at);
}

Result<Tenant> find_tenant(Connection& db, TenantId id) {
  Statement query = db.prepare("SELECT " LK_TENANT_COLUMNS " FROM tenants WHERE id = ?1");
  query.bind(id.bytes());
  LK_ASSIGN(const bool found, query.step());
  if (!found) return std::unexpected(no_such_tenant());
  LK_ASSIGN(Numbered row, read(query));
  return std::move(row.tenant);
}

Result<TenantPage> list_tenants(Connection& db, const std::string& cursor, int limit) {
  LK_TRY(check_page_limit(limit));
  std::int64_t after = 0;
  if (!cursor.empty()) {
    LK_ASSIGN(const CursorPosition position, decode_cursor(cursor, kTenantCursor));
    after = position.number;
  }
  Statement query = db.prepare("SELECT " LK_TENANT_COLUMNS " FROM tenants WHERE number > ?1 ORDER BY number LIMIT ?2");
  query.bind(after, limit + 1);
  TenantPage page;
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return page;
    if (std::cmp_equal(page.tenants.size(), limit)) {
      page.next_cursor = encode_cursor({.query = kTenantCursor, .number = after, .id = {}, .text = {}});
      return page;
    }
    LK_ASSIGN(Numbered row, read(query));
    after = row.number;
    page.tenants.push_back(std::move(row.tenant));
  }
}

Result<bool> visit_tenants(Connection& db, const std::function<bool(const Tenant&)>& visitor) {
  Statement query = db.prepare("SELECT " LK_TENANT_COLUMNS " FROM tenants ORDER BY number");
  for (;;) {
    LK_ASSIGN(const bool found, query.step());
    if (!found) return true;
    LK_ASSIGN(const Numbered row, read(query));
    if (!visitor(row.tenant)) return false;
  }
}

}  // namespace latchkey::store::tables
