#include "store/tables/usage/names.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

std::span<const std::uint8_t> bytes_of(const std::optional<KeyId>& key) {
  return key ? std::span<const std::uint8_t>(key->bytes()) : std::span<const std::uint8_t>{};
}

Result<std::optional<std::int64_t>> look_up(Connection& db, std::string_view name) {
  Statement find = db.prepare("SELECT number FROM names WHERE name = ?1");
  find.bind(name);
  LK_ASSIGN(const bool found, find.step());
  return found ? std::optional(find.integer(0)) : std::nullopt;
}

}  // namespace

Result<std::optional<std::int64_t>> find_subject(Connection& db, TenantId tenant, std::optional<KeyId> key) {
  // Written as in the index.
  Statement find =
      db.prepare(db.dialect() == Dialect::kSqlite
                     ? "SELECT number FROM subjects WHERE tenant_id = ?1 AND ifnull(key_id, x'') = ?2"
                     : "SELECT number FROM subjects WHERE tenant_id = ?1 AND coalesce(key_id, '\\x'::BYTEA) = ?2");
  find.bind(tenant.bytes(), bytes_of(key));
  LK_ASSIGN(const bool found, find.step());
  return found ? std::optional(find.integer(0)) : std::nullopt;
}

Result<std::int64_t> subject_number(Connection& db, TenantId tenant, std::optional<KeyId> key) {
  LK_ASSIGN(const std::optional<std::int64_t> there, find_subject(db, tenant, key));
  if (there) return *there;
  Statement insert = db.prepare("INSERT INTO subjects (tenant_id, key_id) VALUES (?1, ?2) RETURNING number");
  insert.bind(tenant.bytes(), key ? std::optional(key->bytes()) : std::nullopt);
  return insert.run_for_number();
}

Result<std::int64_t> Names::number_of(Connection& db, std::string_view name) {
  if (const auto number = known(name)) return *number;
  if (const auto made = made_.find(std::string(name)); made != made_.end()) return made->second;
  LK_ASSIGN(const std::optional<std::int64_t> there, look_up(db, name));
  if (there) {
    learn(*there, name);
    return *there;
  }
  Statement insert = db.prepare("INSERT INTO names (name) VALUES (?1) RETURNING number");
  insert.bind(name);
  LK_ASSIGN(const std::int64_t number, insert.run_for_number());
  made_.emplace(name, number);
  return number;
}

void Names::settle(bool committed) {
  for (const auto& [name, number] : made_) {
    if (committed) learn(number, name);
  }
  made_.clear();
}

Result<std::optional<std::int64_t>> Names::find(Connection& db, std::string_view name) {
  if (const auto number = known(name)) return number;
  LK_ASSIGN(const std::optional<std::int64_t> number, look_up(db, name));
  if (number) learn(*number, name);
  return number;
}

Result<std::string> Names::name_of(Connection& db, std::int64_t number) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = names_.find(number); at != names_.end()) return at->second;
  }
  Statement find = db.prepare("SELECT name FROM names WHERE number = ?1");
  find.bind(number);
  LK_ASSIGN(const bool found, find.step());
  if (!found) return std::string();
  std::string name(find.text(0));
  learn(number, name);
  return name;
}

std::optional<std::int64_t> Names::known(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto at = numbers_.find(std::string(name));
  return at == numbers_.end() ? std::nullopt : std::optional(at->second);
}

void Names::learn(std::int64_t number, std::string_view name) {
  const std::lock_guard lock(mutex_);
  numbers_.insert_or_assign(std::string(name), number);
  names_.insert_or_assign(number, std::string(name));
}

}  // namespace latchkey::store::tables
