// What opening refuses, and in which words.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>

#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::store {
namespace {

class SqliteOpenTest : public testing::Test {
 protected:
  Result<std::unique_ptr<SqliteStore>> open(OpenMode mode = OpenMode::kMustExist) {
    return SqliteStore::open(path_, mode);
  }
  void make() { ASSERT_TRUE(open(OpenMode::kCreateIfMissing)); }
  void run_sql(const char* sql) {
    sqlite3* db = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(db, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(db);
    sqlite3_close(db);
  }
  void overwrite(std::streamoff at, const std::string& bytes) {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << bytes;
  }
  TempDirectory directory_;
  std::string path_ = directory_.file("latchkey.db");
};

TEST_F(SqliteOpenTest, AMissingDatabaseIsNotMadeUnlessAsked) {
  const auto missing = open();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_NE(missing.error().message.find("latchkey init"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path_));
  make();
  EXPECT_TRUE(open());
  EXPECT_TRUE(open(OpenMode::kCreateIfMissing)) << "one that is there is taken as it is";
}

TEST_F(SqliteOpenTest, AnEmptyFileIsNoDatabaseToServe) {
  std::ofstream(path_) << "";
  const auto empty = open();
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::kNotFound);
  make();
  EXPECT_TRUE(open());
}

TEST_F(SqliteOpenTest, OnlyItsOwnerMayReadTheFile) {
  const auto store = open(OpenMode::kCreateIfMissing);
  ASSERT_TRUE(store);
  Tenant tenant;
  tenant.name = "Acme";
  ASSERT_TRUE((*store)->insert_tenant(tenant));
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory_.path())) {
    struct stat status{};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u) << entry.path();
    ++seen;
  }
  EXPECT_EQ(seen, 4) << "database, log, index of the log, lock";
}

TEST_F(SqliteOpenTest, ADatabaseOfANewerVersionIsRefusedAndLeftAsItIs) {
  make();
  run_sql("PRAGMA user_version = 999; CREATE TABLE from_the_future (x)");
  for (const OpenMode mode : {OpenMode::kMustExist, OpenMode::kCreateIfMissing}) {
    const auto newer = open(mode);
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().code, ErrorCode::kTooNew);
    EXPECT_EQ(
        newer.error().message,
        fmt::format(
            "This database was written by a newer Latchkey (schema 999); this one knows up to {}. Upgrade Latchkey, or "
            "restore a backup.",
            sqlite::migrations().back().number));
  }
  run_sql(fmt::format("PRAGMA user_version = {}", sqlite::migrations().back().number).c_str());
  EXPECT_TRUE(open());
}

TEST_F(SqliteOpenTest, AnotherProgramsDatabaseIsNotTouched) {
  run_sql("CREATE TABLE somebody_elses (x)");
  for (const OpenMode mode : {OpenMode::kMustExist, OpenMode::kCreateIfMissing}) {
    const auto foreign = open(mode);
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(foreign.error().message.find("not one of Latchkey's"), std::string::npos);
  }
  run_sql("INSERT INTO somebody_elses VALUES (1)");
}

TEST_F(SqliteOpenTest, OneDirectoryServesOneAtATime) {
  auto first = open(OpenMode::kCreateIfMissing);
  ASSERT_TRUE(first);
  const auto second = open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(second.error().message.find(fmt::format("in use by process {}", ::getpid())), std::string::npos)
      << second.error().message;
  first->reset();
  EXPECT_TRUE(open());
}

TEST_F(SqliteOpenTest, AFileOfSomethingElseIsRefusedInPlainWords) {
  std::ofstream(path_) << std::string(8192, 'x');
  const auto junk = open();
  ASSERT_FALSE(junk);
  EXPECT_EQ(junk.error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(junk.error().message,
            path_ + ": The database file is damaged, or is no database. Restore it from a backup.");
  const auto directory = SqliteStore::open(directory_.path(), OpenMode::kMustExist);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::kInvalidArgument);
  const auto nowhere = SqliteStore::open(directory_.path() + "/no/such/latchkey.db", OpenMode::kCreateIfMissing);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::kUnavailable);
}

TEST_F(SqliteOpenTest, DamageIsReportedAndNeverReadAsData) {
  make();
  run_sql(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
      "INSERT INTO tenants (id, cid, name, status, created_at, updated_at) "
      "SELECT randomblob(16), i, hex(randomblob(100)), 0, 0, 0 FROM n");
  // The second half; the schema, which is needed to open at all, stands at the front.
  const auto half = static_cast<std::streamoff>(std::filesystem::file_size(path_) / 2);
  overwrite(half, std::string(static_cast<std::size_t>(half), '\x5a'));
  auto store = open();
  ASSERT_TRUE(store) << store.error().detail;
  const auto visited = (*store)->visit_all([](const Tenant&) { return true; }, [](const KeyRecord&) { return true; });
  ASSERT_FALSE(visited);
  EXPECT_EQ(visited.error().code, ErrorCode::kCorrupt);
}

TEST_F(SqliteOpenTest, ARowThatLatchkeyDidNotWriteIsReported) {
  make();
  run_sql(
      "INSERT INTO tenants (id, cid, name, status, enabled_channels, created_at, updated_at) "
      "VALUES (zeroblob(16), 1, 'x', 0, '{\"no\":\"list\"}', 0, 0)");
  auto store = open();
  ASSERT_TRUE(store);
  const auto found = (*store)->find_tenant(TenantId());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kCorrupt);
}

// As sqlite/key_list.cpp asks, for each status: a tenant may have millions.
TEST_F(SqliteOpenTest, KeysAreCountedFromTheIndexAlone) {
  make();
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &db), SQLITE_OK);
  for (const std::string condition :
       {"k.deleted_at IS NULL", "k.deleted_at IS NOT NULL",
        "k.deleted_at IS NULL AND k.state = 0 AND (k.expires_at IS NULL OR k.expires_at > 1)",
        "k.deleted_at IS NULL AND k.access_type = 'admin'"}) {
    const std::string sql =
        "EXPLAIN QUERY PLAN SELECT count(*) FROM api_keys AS k WHERE k.tenant_id = x'00' AND " + condition;
    std::string plan;
    const auto note = [](void* out, int columns, char** values, char**) {
      *static_cast<std::string*>(out) += values[columns - 1];
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(db, sql.c_str(), note, &plan, nullptr), SQLITE_OK);
    EXPECT_NE(plan.find("USING COVERING INDEX api_keys_by_creation"), std::string::npos) << condition << ": " << plan;
  }
  sqlite3_close(db);
}

TEST(SqliteMigrations, AreNumberedWithoutGaps) {
  int number = 0;
  for (const sqlite::Migration& migration : sqlite::migrations()) {
    EXPECT_EQ(migration.number, ++number) << migration.name;
  }
  EXPECT_GE(number, 1);
}

}  // namespace
}  // namespace latchkey::store
