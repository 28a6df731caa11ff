#include "store/tables/usage/subjects.h"

#include <set>

#include "store/sql/text.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr std::string_view kNames = "unnest(CAST(?1 AS BYTEA[]), CAST(?2 AS BYTEA[]))";

void bind_names(Statement& statement, const std::vector<std::pair<TenantId, KeyId>>& names) {
  ArrayText tenants, keys;
  for (const auto& [tenant, key] : names) {
    tenants.add(tenant.bytes());
    keys.add(key.is_nil() ? std::span<const std::uint8_t>() : std::span<const std::uint8_t>(key.bytes()));
  }
  statement.bind(tenants.text(), keys.text());
}

}  // namespace

Result<void> Subjects::gather(const UsageBatch& batch) {
  if (db_.dialect() == Dialect::kSqlite) return {};
  std::set<Name> wanted;
  const auto want = [&](const auto& uses) {
    for (const auto& use : uses) wanted.insert({{use.tenant, use.key}, {use.tenant, KeyId()}});
  };
  want(batch.cells);
  want(batch.secrets);
  want(batch.addresses);
  want(batch.refusals);
  want(batch.observations);
  want(batch.trials);
  if (wanted.empty()) return {};
  std::vector<Name> names(wanted.begin(), wanted.end());
  LK_TRY(look_up(names));
  std::erase_if(names, [this](const Name& name) { return numbers_.contains(name); });
  if (names.empty()) return {};
  LK_TRY(make(names));
  return look_up(names);
}

Result<void> Subjects::look_up(const std::vector<Name>& names) {
  Statement query = db_.prepare(
      fmt::format("SELECT p.place, s.number FROM {} WITH ORDINALITY AS p (tenant_id, key_id, place) JOIN subjects AS s "
                  "ON s.tenant_id = p.tenant_id AND coalesce(s.key_id, '\\x'::BYTEA) = p.key_id",
                  kNames));
  bind_names(query, names);
  for (;;) {
    LK_ASSIGN(const bool row, query.step());
    if (!row) return {};
    numbers_.emplace(names.at(static_cast<std::size_t>(query.integer(0) - 1)), query.integer(1));
  }
}

Result<void> Subjects::make(const std::vector<Name>& names) {
  Statement insert = db_.prepare(
      fmt::format("INSERT INTO subjects (tenant_id, key_id) SELECT p.tenant_id, nullif(p.key_id, '\\x'::BYTEA) FROM {} "
                  "AS p (tenant_id, key_id)",
                  kNames));
  bind_names(insert, names);
  return insert.run();
}

Result<std::int64_t> Subjects::number(TenantId tenant, KeyId key) {
  const Name name{tenant, key};
  if (const auto at = numbers_.find(name); at != numbers_.end()) return at->second;
  LK_ASSIGN(const std::int64_t made, subject_number(db_, tenant, key.is_nil() ? std::nullopt : std::optional(key)));
  numbers_.emplace(name, made);
  return made;
}

}  // namespace latchkey::store::tables
