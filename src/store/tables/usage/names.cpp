#include "store/tables/usage/names.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

std::span<const std::uint8_t> bytes_of(const std::optional<KeyId>& key) {
  return key ? std::span<const std::uint8_t>(key->bytes()) : std::span<const std::uint8_t>{};
}

}  // namespace

Result<std::optional<std::int64_t>> find_subject(Connection& db, TenantId tenant, std::optional<KeyId> key) {
  Statement find = db.prepare("SELECT number FROM subjects WHERE tenant_id = ?1 AND ifnull(key_id, x'') = ?2");
  find.bind(tenant.bytes(), bytes_of(key));
  LK_ASSIGN(const bool found, find.step());
  return found ? std::optional(find.integer(0)) : std::nullopt;
}

Result<std::int64_t> subject_number(Connection& db, TenantId tenant, std::optional<KeyId> key) {
  LK_ASSIGN(const std::optional<std::int64_t> there, find_subject(db, tenant, key));
  if (there) return *there;
  Statement insert =
      db.prepare("INSERT INTO subjects (tenant_id, key_id) VALUES (?1, nullif(?2, x'')) RETURNING number");
  insert.bind(tenant.bytes(), bytes_of(key));
  return insert.run_for_number();
}

Result<void> Names::load(Connection& db) {
  const std::lock_guard lock(mutex_);
  Statement all = db.prepare("SELECT number, name FROM names");
  for (;;) {
    LK_ASSIGN(const bool row, all.step());
    if (!row) return {};
    names_[all.integer(0)] = std::string(all.text(1));
    numbers_[std::string(all.text(1))] = all.integer(0);
  }
}

Result<std::int64_t> Names::number_of(Connection& db, std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto [at, added] = numbers_.try_emplace(std::string(name), static_cast<std::int64_t>(numbers_.size()) + 1);
  const std::int64_t number = at->second;
  if (added) names_[number] = at->first;
  // Also when it is in memory already: the transaction that was to write it may have failed.
  Statement insert = db.prepare("INSERT OR IGNORE INTO names (number, name) VALUES (?1, ?2)");
  insert.bind(number, name);
  LK_TRY(insert.run());
  return number;
}

std::optional<std::int64_t> Names::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto at = numbers_.find(std::string(name));
  return at == numbers_.end() ? std::nullopt : std::optional(at->second);
}

std::string Names::name_of(std::int64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto at = names_.find(number);
  return at == names_.end() ? std::string() : at->second;
}

}  // namespace latchkey::store::tables
