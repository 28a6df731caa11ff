// KeyStore and QuotaStore in one SQLite file: the embedded default, nothing to install. WAL with synchronous=FULL, so what is answered
// is on disk; one thread writes, with group commit; readers see snapshots and wait for nobody.
//
//   auto store = SqliteStore::open(data + "/latchkey.db", OpenMode::kMustExist);
//   if (!store) return say(store.error().message);   // missing, in use, damaged, or written by a newer Latchkey
//
// The directory serves one process at a time (`latchkey.lock` beside the file). Thread-safe. Destroying it finishes the
// writes that were asked for; no call may be under way.
#pragma once
#include <memory>
#include <string>

#include "store/sqlite/data_lock.h"
#include "store/sqlite/open_file.h"
#include "store/tables/table_database.h"

namespace latchkey::store {

namespace sqlite {

// What must be there before the tables and longer than they.
struct Locked {
  std::string path;
  std::unique_ptr<DataLock> lock;
};

}  // namespace sqlite

class SqliteStore final : private sqlite::Locked, public tables::TableDatabase {
 public:
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, OpenMode mode);

  Result<FeedPlace> visit_rows(const std::function<void(std::size_t)>& expected,
                              const std::function<void(const Tenant&)>& tenant,
                              std::span<const RowVisitor> keys) override;

 private:
  SqliteStore(sqlite::Locked locked, std::unique_ptr<sql::Connection> writing, std::unique_ptr<sql::ReadPool> look_ups,
              std::unique_ptr<sql::ReadPool> lists);
};

}  // namespace latchkey::store
