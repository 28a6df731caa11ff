#include "store/sqlite/sqlite_store.h"

#include "store/tables/key_rows.h"

namespace latchkey::store {

using sqlite::DataLock;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path, OpenMode mode) {
  LK_TRY(sqlite::check_there(path, mode));
  LK_ASSIGN(auto lock, DataLock::acquire(sqlite::directory_of(path)));
  auto db = sqlite::open_for_writing(path, mode, sqlite::key_schema(), "FULL");
  if (!db) return std::unexpected(sqlite::at_opening(db.error(), path));
  auto for_look_ups = look_ups(sqlite::reading(path));
  if (!for_look_ups) return std::unexpected(sqlite::at_opening(for_look_ups.error(), path));
  auto for_lists = lists(sqlite::reading(path));
  if (!for_lists) return std::unexpected(sqlite::at_opening(for_lists.error(), path));
  return std::unique_ptr<SqliteStore>(new SqliteStore({path, std::move(lock)}, std::move(*db), std::move(*for_look_ups),
                                                      std::move(*for_lists)));
}

// The writer's connection, being the last, folds the log into the file; the lock goes after that.
SqliteStore::SqliteStore(sqlite::Locked locked, std::unique_ptr<sql::Connection> writing,
                         std::unique_ptr<sql::ReadPool> look_ups, std::unique_ptr<sql::ReadPool> lists)
    : Locked(std::move(locked)), TableDatabase(std::move(writing), std::move(look_ups), std::move(lists)) {}

Result<FeedPlace> SqliteStore::visit_rows(const std::function<void(std::size_t)>& expected,
                                         const std::function<void(const Tenant&)>& tenant,
                                         std::span<const RowVisitor> keys) {
  return tables::visit_rows(sqlite::reading(path), expected, tenant, keys);
}

}  // namespace latchkey::store
