// The Database on PostgreSQL, which any number of nodes share (docs/postgresql.md).
//
//   LK_ASSIGN(auto settings, postgres::Settings::parse(Secret::copy_of(url)));
//   auto store = PostgresStore::open(std::move(settings), OpenMode::kMustExist);
//   if (!store) return say(store.error().message);   // unreachable, empty, or of a newer Latchkey
//
// Thread-safe. Destroying it finishes the writes that were asked for; no call may be under way.
#pragma once
#include <memory>

#include "store/change_bell.h"
#include "store/open_mode.h"
#include "store/postgres/settings.h"
#include "store/tables/table_database.h"

namespace latchkey::store {

class PostgresStore final : public tables::TableDatabase {
 public:
  // Brings the schema to this program's version. kCreateIfMissing: makes it in an empty database.
  static Result<std::unique_ptr<PostgresStore>> open(postgres::Settings settings, OpenMode mode);

  Result<FeedPlace> visit_rows(const std::function<void(std::size_t)>& expected,
                              const std::function<void(const Tenant&)>& tenant,
                              std::span<const RowVisitor> keys) override;

  // What rings when another node stored something; for one thread to wait for.
  std::unique_ptr<ChangeBell> make_bell() const;

 private:
  PostgresStore(postgres::Settings settings, std::unique_ptr<sql::Connection> writing,
                std::unique_ptr<sql::ReadPool> look_ups, std::unique_ptr<sql::ReadPool> lists);
  const postgres::Settings settings_;
};

}  // namespace latchkey::store
