// How a database comes to the schema of this program, while others do the same or run beside it.
#include "store/postgres/schema.h"

#include <gtest/gtest.h>

#include <thread>

#include "base/check.h"
#include "store/postgres/postgres_fixture.h"
#include "store/postgres/postgres_store.h"

namespace latchkey::store::postgres {
namespace {

constexpr Migration kOne[] = {{1, "0001", "CREATE TABLE IF NOT EXISTS notes (number BIGINT PRIMARY KEY)"}};
constexpr Migration kTwo[] = {kOne[0],
                              {2, "0002", "ALTER TABLE notes ADD COLUMN IF NOT EXISTS name TEXT COLLATE \"C\""}};
constexpr Migration kBroken[] = {kOne[0], {2, "0002", "CREATE TABLE half (number BIGINT); SELECT nothing"}};

std::unique_ptr<Connection> open(const TestDatabase& database) {
  Settings settings = database.settings();
  settings.lock = WriteLock::kNone;
  settings.statement_ms = 0;
  auto connection = Connection::open(std::move(settings));
  LK_CHECK(connection.has_value());
  return std::move(*connection);
}

std::int64_t version(const TestDatabase& database) { return schema_state(*open(database))->version; }

TEST(PostgresSchema, ManyNodesThatStartAtOnce_MakeItOnce) {
  const TestDatabase database;
  std::vector<Result<void>> outcomes(8);
  {
    std::vector<std::jthread> threads;
    for (Result<void>& outcome : outcomes) {
      threads.emplace_back([&] { outcome = migrate(*open(database), postgres_migrations(), kMinReader); });
    }
  }
  for (const auto& outcome : outcomes) {
    EXPECT_TRUE(outcome) << outcome.error().message << " / " << outcome.error().detail;
  }
  EXPECT_EQ(version(database), postgres_migrations().back().number);
}

TEST(PostgresSchema, Migrations_RunOnceEachAndOnlyWhatIsMissing) {
  const TestDatabase database;
  ASSERT_TRUE(migrate(*open(database), kOne, 1));
  database.run("INSERT INTO notes VALUES (1)");
  ASSERT_TRUE(migrate(*open(database), kTwo, 1));
  ASSERT_TRUE(migrate(*open(database), kTwo, 1));
  EXPECT_EQ(version(database), 2);
  database.run("UPDATE notes SET name = 'still there' WHERE number = 1");
}

TEST(PostgresSchema, AMigrationThatFails_LeavesTheVersionBeforeIt) {
  const TestDatabase database;
  EXPECT_FALSE(migrate(*open(database), kBroken, 1));
  EXPECT_EQ(version(database), 1);
  ASSERT_TRUE(migrate(*open(database), kTwo, 1));
}

TEST(PostgresSchema, AnOlderProgram_RunsOnANewerSchemaThatLetsIt) {
  const TestDatabase database;
  ASSERT_TRUE(migrate(*open(database), kTwo, 1));
  EXPECT_TRUE(migrate(*open(database), kOne, 1)) << "the schema is additive";
  EXPECT_EQ(version(database), 2) << "and stays as it is";
  database.run("UPDATE schema_version SET min_reader = 2");
  const auto refused = migrate(*open(database), kOne, 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kTooNew);
}

TEST(PostgresSchema, AnEmptyDatabase_IsOnlyFilledIfAskedTo) {
  const TestDatabase database;
  const auto opened = PostgresStore::open(database.settings(), OpenMode::kMustExist);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(PostgresStore::open(database.settings(), OpenMode::kCreateIfMissing));
  EXPECT_TRUE(PostgresStore::open(database.settings(), OpenMode::kMustExist));
}

TEST(PostgresSchema, APassword_IsInNoMessage) {
  for (const char* url :
       {"postgres://u:hunter2@/x?host=/nonexistent", "postgres://u:hunter2@nowhere.invalid/x",
        "host=/nonexistent password=hunter2", "hunter2 = = postgres", "postgres://u:hunter2@h/x?hunter2=hunter2"}) {
    auto settings = Settings::parse(Secret::copy_of(url));
    const auto failed =
        settings ? PostgresStore::open(std::move(*settings), OpenMode::kMustExist) : std::unexpected(settings.error());
    ASSERT_FALSE(failed) << url;
    EXPECT_EQ(failed.error().message.find("hunter2"), std::string::npos) << failed.error().message;
    EXPECT_EQ(failed.error().detail.find("hunter2"), std::string::npos) << failed.error().detail;
  }
}

}  // namespace
}  // namespace latchkey::store::postgres
