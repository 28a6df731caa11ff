// What the tables need of an engine, on PostgreSQL; and what only a server on its own can do to us.
#include "store/postgres/connection.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/check.h"
#include "store/postgres/link_fixture.h"
#include "store/postgres/postgres_fixture.h"
#include "store/postgres/schema.h"

namespace latchkey::store::postgres {
namespace {

using sql::Statement;
using sql::Transaction;
using Access = sql::Connection::Access;

std::unique_ptr<Connection> open(Settings settings) {
  auto connection = Connection::open(std::move(settings));
  if (!connection) ADD_FAILURE() << connection.error().message << " / " << connection.error().detail;
  LK_CHECK(connection.has_value());
  return std::move(*connection);
}

void migrate_all(const TestDatabase& database) {
  Settings settings = database.settings();
  settings.lock = WriteLock::kNone;
  const auto migrated = migrate(*open(std::move(settings)), postgres_migrations(), kMinReader);
  ASSERT_TRUE(migrated) << migrated.error().message << " / " << migrated.error().detail;
}

std::int64_t number(Connection& db, std::string_view sql) {
  Statement query = db.prepare(sql);
  const auto found = query.step();
  if (!found) ADD_FAILURE() << found.error().message << " / " << found.error().detail;
  return found && *found ? query.integer(0) : -1;
}

Result<void> run(Connection& db, std::string_view sql) { return db.prepare(sql).run(); }

class PostgresConnection : public testing::Test {
 protected:
  void SetUp() override {
    migrate_all(database_);
    db_ = open(database_.settings());
    database_.run("CREATE TABLE things (number BIGINT PRIMARY KEY, name TEXT COLLATE \"C\", bytes BYTEA)");
  }
  TestDatabase database_;
  std::unique_ptr<Connection> db_;
  int number_of_jobs_ = 0;
};

TEST_F(PostgresConnection, Values_ComeBackAsTheyWere) {
  Statement insert = db_->prepare("INSERT INTO things (number, name, bytes) VALUES (?1, ?2, ?3)");
  const std::array<std::uint8_t, 3> bytes{0, 255, 39};
  insert.bind(INT64_MIN, std::string("d'accord? ?1 \\"), bytes);
  ASSERT_TRUE(insert.run());
  EXPECT_EQ(db_->changed_rows(), 1);
  insert.reset();
  insert.bind(INT64_MAX, std::optional<std::string>(), std::nullopt);
  ASSERT_TRUE(insert.run());
  insert.reset();
  insert.bind(7, std::string_view(), std::span<const std::uint8_t>());
  ASSERT_TRUE(insert.run());

  Statement query = db_->prepare("SELECT number, name, bytes, '?1' FROM things ORDER BY number");
  ASSERT_TRUE(*query.step());
  EXPECT_EQ(query.integer(0), INT64_MIN);
  EXPECT_EQ(query.text(1), "d'accord? ?1 \\");
  EXPECT_TRUE(std::ranges::equal(query.blob(2), bytes));
  EXPECT_EQ(query.text(3), "?1");
  ASSERT_TRUE(*query.step());
  EXPECT_EQ(query.integer(0), 7);
  EXPECT_FALSE(query.is_null(1));
  EXPECT_FALSE(query.is_null(2));
  EXPECT_EQ(query.text(1), "");
  ASSERT_TRUE(*query.step());
  EXPECT_EQ(query.integer(0), INT64_MAX);
  EXPECT_TRUE(query.is_null(1));
  EXPECT_TRUE(query.is_null(2));
  EXPECT_FALSE(*query.step());
  EXPECT_EQ(number(*db_, "SELECT sum(number) FROM things WHERE number < 8 AND number > 0"), 7);
}

TEST_F(PostgresConnection, Parameters_MayChangeTheirTypesAndBeNull) {
  for (int round = 0; round < 2; ++round) {
    Statement query = db_->prepare("SELECT CASE WHEN CAST(?1 AS TEXT) IS NULL THEN 0 ELSE 1 END, ?3 + 1 WHERE ?2 > 0");
    query.bind(std::nullopt, 1, 41);
    ASSERT_TRUE(*query.step());
    EXPECT_EQ(query.integer(0), 0);
    EXPECT_EQ(query.integer(1), 42);
    query.reset();
    query.bind(std::string_view("x"), 1, -2);
    ASSERT_TRUE(*query.step());
    EXPECT_EQ(query.integer(0), 1);
    EXPECT_EQ(query.integer(1), -1);
  }
  Statement unused = db_->prepare("SELECT 5 WHERE 1 = ?3");
  unused.bind_at(3, 1);
  ASSERT_TRUE(*unused.step());
  EXPECT_EQ(unused.integer(0), 5);
}

TEST_F(PostgresConnection, Errors_AreNamed) {
  ASSERT_TRUE(run(*db_, "INSERT INTO things (number) VALUES (1)"));
  EXPECT_EQ(run(*db_, "INSERT INTO things (number) VALUES (1)").error().code, ErrorCode::kConflict);
  EXPECT_EQ(run(*db_, "INSERT INTO sessions VALUES (CAST(repeat('x', 32) AS BYTEA), CAST('u' AS BYTEA), '', 1, 1, 1)")
                .error()
                .code,
            ErrorCode::kNotFound);
  EXPECT_EQ(run(*db_, "SELECT nothing").error().code, ErrorCode::kInternal);
  EXPECT_FALSE(db_->lost());
  EXPECT_EQ(number(*db_, "SELECT 3"), 3) << "an error leaves the connection as it was";
}

TEST_F(PostgresConnection, ATransaction_RollsBackUnlessCommitted) {
  {
    auto transaction = Transaction::begin(*db_, Access::kWrite);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(run(*db_, "INSERT INTO things (number) VALUES (1)"));
    EXPECT_TRUE(db_->in_transaction());
  }
  EXPECT_FALSE(db_->in_transaction());
  EXPECT_EQ(number(*db_, "SELECT count(*) FROM things"), 0);
  {
    auto transaction = Transaction::begin(*db_, Access::kWrite);
    ASSERT_TRUE(run(*db_, "INSERT INTO things (number) VALUES (1)"));
    ASSERT_TRUE(transaction->commit());
  }
  EXPECT_EQ(number(*db_, "SELECT count(*) FROM things"), 1);
  EXPECT_EQ(number(*db_, "SELECT batch FROM writers"), 1);
}

TEST_F(PostgresConnection, ASavepoint_UndoesOneJobAmongOthers) {
  auto transaction = Transaction::begin(*db_, Access::kWrite);
  ASSERT_TRUE(transaction);
  for (int job = 0; job < 6; ++job) {
    ASSERT_TRUE(run(*db_, "SAVEPOINT job"));
    Statement insert = db_->prepare("INSERT INTO things (number) VALUES (?1)");
    insert.bind(job / 2);
    const auto inserted = insert.run();
    EXPECT_EQ(inserted.has_value(), job % 2 == 0);
    if (!inserted) {
      ASSERT_TRUE(run(*db_, "ROLLBACK TO SAVEPOINT job"));
    }
    ASSERT_TRUE(run(*db_, "RELEASE SAVEPOINT job"));
  }
  ASSERT_TRUE(transaction->commit());
  EXPECT_EQ(number(*db_, "SELECT count(*) FROM things"), 3);
}

TEST_F(PostgresConnection, Changes_AreNumberedWithoutGapsWhicheverJobFails) {
  constexpr const char* kRow = "1, NULL, '\\x01', 5, 77";
  EXPECT_FALSE(db_->append_change(kRow)) << "only who holds the end of the feed may number";
  for (std::int64_t before = 0; before < 6; before += 2) {
    auto transaction = Transaction::begin(*db_, Access::kWrite);
    ASSERT_TRUE(transaction);
    for (const std::int64_t number : {1, 2, 2}) {
      ASSERT_TRUE(run(*db_, "SAVEPOINT job"));
      EXPECT_EQ(db_->append_change(kRow), before + number);
      EXPECT_EQ(db_->end_of_feed(), before + number);
      if (db_->end_of_feed() == before + 2 && number_of_jobs_++ % 2 == 0) {
        ASSERT_TRUE(run(*db_, "ROLLBACK TO SAVEPOINT job"));
      }
      ASSERT_TRUE(run(*db_, "RELEASE SAVEPOINT job"));
    }
    ASSERT_TRUE(transaction->commit());
  }
  {
    auto transaction = Transaction::begin(*db_, Access::kWrite);
    EXPECT_EQ(db_->append_change(kRow), 7) << "given again, since it is rolled back";
  }
  EXPECT_EQ(number(*db_, "SELECT sequence FROM feed_head"), 6);
  EXPECT_EQ(number(*db_, "SELECT count(*) FROM changes WHERE mark = 77 AND sequence BETWEEN 1 AND 6"), 6);
}

TEST_F(PostgresConnection, AReadingTransaction_SeesOneMomentAndWritesNothing) {
  const auto other = open(database_.settings());
  auto transaction = Transaction::begin(*db_, Access::kRead);
  EXPECT_EQ(number(*db_, "SELECT count(*) FROM things"), 0);
  ASSERT_TRUE(run(*other, "INSERT INTO things (number) VALUES (1)"));
  EXPECT_EQ(number(*db_, "SELECT count(*) FROM things"), 0);
  EXPECT_EQ(run(*db_, "INSERT INTO things (number) VALUES (2)").error().code, ErrorCode::kUnavailable);
}

TEST_F(PostgresConnection, MoreStatementsThanAreKept_StillRun) {
  for (int i = 0; i < 600; ++i) ASSERT_EQ(number(*db_, fmt::format("SELECT {}", i)), i);
  EXPECT_LE(number(*db_, "SELECT count(*) FROM pg_prepared_statements"), 256);
}

std::string host_of(const Settings& settings) {
  const std::string url(settings.conninfo.expose());
  const std::size_t from = url.find("host=") + 5;
  return url.substr(from, url.find('&', from) - from);
}

TEST_F(PostgresConnection, OfSeveralHosts_TheOneThatAnswersIsTakenAndTriedFirstFromThenOn) {
  TestLink link(TestServer::shared());  // takes connections and drops them, as a proxy does whose server is gone
  link.let_through(false);
  std::string url = database_.url();
  const std::string there = host_of(database_.settings());
  url.replace(url.find(there), there.size(), host_of(link.settings("x")) + "," + there);
  const auto settings = Settings::parse(Secret::copy_of(url));
  ASSERT_TRUE(settings);
  const auto db = Connection::open(settings->copy());
  ASSERT_TRUE(db) << db.error().message << " / " << db.error().detail;
  EXPECT_EQ(number(**db, "SELECT 1"), 1);
  EXPECT_EQ(settings->learned->host.load(), 1U);
}

TEST_F(PostgresConnection, WhenAServerFallsSilent_OtherSessionsDoNotWaitForItAgain) {
  TestLink link(TestServer::shared());
  Settings settings = link.settings(database_.schema());
  settings.statement_ms = 200;
  const auto one = open(settings.copy()), other = open(settings.copy());
  EXPECT_EQ(number(*other, "SELECT 1"), 1);
  EXPECT_EQ(other->sessions(), 1U);
  link.at_next_commit(TestLink::Fate::kAnswerHeld);
  auto transaction = Transaction::begin(*one, Access::kWrite);
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(run(*one, "INSERT INTO things (number) VALUES (1)"));
  EXPECT_TRUE(transaction->commit());
  EXPECT_EQ(number(*other, "SELECT 1"), 1);
  EXPECT_EQ(other->sessions(), 2U);
}

TEST_F(PostgresConnection, ALostConnection_IsMadeAnewButNeverWithinATransaction) {
  const auto end_session = [&] {
    database_.run(fmt::format("SELECT pg_terminate_backend({})", PQbackendPID(db_->session()->handle())));
  };
  end_session();
  EXPECT_FALSE(run(*db_, "SELECT 1"));
  EXPECT_TRUE(db_->lost());
  EXPECT_EQ(number(*db_, "SELECT 1"), 1) << "outside a transaction the next statement connects";
  end_session();
  {
    auto transaction = Transaction::begin(*db_, Access::kWrite);
    ASSERT_TRUE(transaction) << "a session that broke while idle is none of the caller's business";
    ASSERT_TRUE(run(*db_, "INSERT INTO things (number) VALUES (1)"));
    end_session();
    EXPECT_FALSE(run(*db_, "INSERT INTO things (number) VALUES (2)"));
    EXPECT_FALSE(run(*db_, "INSERT INTO things (number) VALUES (3)"));
    EXPECT_FALSE(db_->in_transaction());
    EXPECT_TRUE(db_->lost());
  }
  EXPECT_TRUE(Transaction::begin(*db_, Access::kWrite));
  EXPECT_EQ(number(*db_, "SELECT count(*) FROM things"), 0);
}

}  // namespace
}  // namespace latchkey::store::postgres
