// What only a database file can do to a visit: gaps in its row numbers, and rows that nobody of ours wrote.
#include "store/tables/key_rows.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <mutex>
#include <set>

#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::store {
namespace {

class KeyRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = SqliteStore::open(path_, OpenMode::kCreateIfMissing);
    ASSERT_TRUE(opened);
    Tenant tenant;
    tenant.id = TenantId::make({1}, random_);
    ASSERT_TRUE((*opened)->insert_tenant(tenant));
    for (int i = 0; i < kKeys; ++i) {
      KeyRecord record;
      record.key.id = KeyId::make({1}, random_);
      record.key.tenant = tenant.id;
      record.key.nickname = std::to_string(i);
      record.key.restrictions.channels = {"504"};
      record.secrets = {{1, credential::sha256(record.key.nickname), {1}, std::nullopt}};
      ASSERT_TRUE((*opened)->insert_key(record, std::nullopt));
      ids_.push_back(record.key.id);
    }
  }
  void run_sql(const char* sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
  Result<FeedPlace> visit(std::set<KeyId>& seen, std::size_t& expected) {
    std::mutex mutex;
    const RowVisitor visitor = [&](std::span<KeyRow> rows) {
      const std::lock_guard lock(mutex);
      for (const KeyRow& row : rows) EXPECT_TRUE(seen.insert(row.id).second) << "shown twice";
    };
    return tables::visit_rows(
        sqlite::reading(path_), [&](std::size_t keys) { expected = keys; }, [](const Tenant&) {}, std::vector<RowVisitor>(3, visitor));
  }

  static constexpr int kKeys = 6;
  SeededRandom random_{1};
  TempDirectory directory_;
  std::string path_ = directory_.file("latchkey.db");
  std::vector<KeyId> ids_;
};

TEST_F(KeyRowsTest, GapsInRowNumbers_NeitherHideKeysNorTakeTime) {
  run_sql(
      "UPDATE api_keys SET number = -9223372036854775807 WHERE nickname = '0';"
      "UPDATE api_keys SET number = -5 WHERE nickname = '1';"
      "UPDATE api_keys SET number = 70000 WHERE nickname = '3';"
      "UPDATE api_keys SET number = 5000000000 WHERE nickname = '4';"
      "UPDATE api_keys SET number = 9223372036854775807 WHERE nickname = '5';");
  std::set<KeyId> seen;
  std::size_t expected = 0;
  ASSERT_TRUE(visit(seen, expected));
  EXPECT_EQ(seen, std::set(ids_.begin(), ids_.end()));
  EXPECT_GE(expected, ids_.size());
  EXPECT_LT(expected, 10'000u) << "no more than there were changes";
}

TEST_F(KeyRowsTest, OneRow_IsShown) {
  run_sql("DELETE FROM api_keys WHERE nickname <> '3'");
  std::set<KeyId> seen;
  std::size_t expected = 0;
  ASSERT_TRUE(visit(seen, expected));
  EXPECT_EQ(seen, std::set{ids_[3]});
  EXPECT_EQ(expected, 1u);
}

TEST_F(KeyRowsTest, ARowThatWeWouldNotHaveWritten_FailsTheVisit) {
  for (const char* damage : {"restrictions = '{\"channels\":7}'", "restrictions = '{\"new\":[]}'", "limits = '[]'",
                             "secrets = x'00'", "tenant_id = x'00'"}) {
    run_sql("BEGIN; CREATE TABLE kept AS SELECT * FROM api_keys WHERE nickname = '2'; COMMIT");
    run_sql(fmt::format("UPDATE api_keys SET {} WHERE nickname = '2'", damage).c_str());
    std::set<KeyId> seen;
    std::size_t expected = 0;
    const auto visited = visit(seen, expected);
    ASSERT_FALSE(visited) << damage;
    EXPECT_EQ(visited.error().code, ErrorCode::kCorrupt) << damage;
    run_sql(
        "UPDATE api_keys SET (restrictions, limits, secrets, tenant_id) = (SELECT restrictions, limits, secrets, "
        "tenant_id FROM kept) "
        "WHERE nickname = '2'; DROP TABLE kept");
  }
}

}  // namespace
}  // namespace latchkey::store
