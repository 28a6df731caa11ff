// SQLite keeps the contract of usage.
#include <sqlite3.h>

#include "base/check.h"
#include "store/sqlite/temp_directory.h"
#include "store/sqlite/usage/sqlite_usage_store.h"
#include "store/usage_store_contract_test.h"

namespace latchkey::store {
namespace {

class SqliteUsagePlace final : public UsagePlace {
 public:
  SqliteUsagePlace() { reopen(); }
  UsageStore& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    auto opened = SqliteUsageStore::open(directory_.file("usage.db"));
    LK_CHECK(opened.has_value());
    store_ = std::move(*opened);
  }
  void damage_latencies() override {
    store_.reset();
    sqlite3* db = nullptr;
    LK_CHECK(sqlite3_open(directory_.file("usage.db").c_str(), &db) == SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, "UPDATE usage_minutes SET latency = x'ff'", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(db);
    reopen();
  }

 private:
  TempDirectory directory_;
  std::unique_ptr<SqliteUsageStore> store_;
};

std::unique_ptr<UsagePlace> make_sqlite_place() { return std::make_unique<SqliteUsagePlace>(); }

INSTANTIATE_TEST_SUITE_P(Sqlite, UsageStoreContract, testing::Values(&make_sqlite_place));

}  // namespace
}  // namespace latchkey::store
