// What became of a change whose connection broke, whoever broke it; and that changes come one after the other, in order.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "base/check.h"
#include "store/postgres/connection.h"
#include "store/postgres/link_fixture.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/schema.h"
#include "store/sql/writer.h"
#include "store/tables/feed_table.h"

namespace latchkey::store::postgres {
namespace {

using sql::Statement;
using sql::Transaction;
using Access = sql::Connection::Access;
using Fate = TestLink::Fate;

std::unique_ptr<Connection> open(Settings settings) {
  auto connection = Connection::open(std::move(settings));
  if (!connection) ADD_FAILURE() << connection.error().message << " / " << connection.error().detail;
  LK_CHECK(connection.has_value());
  return std::move(*connection);
}

void make_tables(const TestDatabase& database) {
  Settings settings = database.settings();
  settings.lock = WriteLock::kNone;
  ASSERT_TRUE(migrate(*open(std::move(settings)), postgres_migrations(), kMinReader));
  database.run("CREATE TABLE things (number BIGINT PRIMARY KEY)");
}

std::set<std::int64_t> things(const TestDatabase& database) {
  const auto db = open(database.settings());
  std::set<std::int64_t> found;
  Statement query = db->prepare("SELECT number FROM things");
  while (query.step().value_or(false)) found.insert(query.integer(0));
  return found;
}

Result<void> add(sql::Connection& db, std::int64_t number) {
  Statement insert = db.prepare("INSERT INTO things (number) VALUES (?1)");
  insert.bind(number);
  return insert.run();
}

// In a transaction of its own.
Result<void> store(Connection& db, std::int64_t number) {
  LK_ASSIGN(Transaction transaction, Transaction::begin(db, Access::kWrite));
  LK_TRY(add(db, number));
  return transaction.commit();
}

class PostgresRecovery : public testing::Test {
 protected:
  void SetUp() override { make_tables(database_); }
  Settings through_link() {
    Settings settings = link_.settings(database_.schema());
    settings.statement_ms = 500;
    return settings;
  }
  TestDatabase database_;
  TestLink link_{TestServer::shared()};
};

TEST_F(PostgresRecovery, ACommitThatNeverArrived_IsKnownNotToBeStored) {
  const auto db = open(through_link());
  ASSERT_TRUE(store(*db, 1));
  link_.at_next_commit(Fate::kCommitLost);
  const auto stored = store(*db, 2);
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(db->lost()) << "so it may be run again";
  EXPECT_FALSE(db->in_transaction());
  EXPECT_EQ(things(database_), std::set<std::int64_t>{1});
  ASSERT_TRUE(store(*db, 2));
  EXPECT_FALSE(db->lost());
}

TEST_F(PostgresRecovery, ACommitWhoseAnswerWasLost_IsKnownToBeStored) {
  const auto db = open(through_link());
  for (const Fate fate : {Fate::kAnswerLost, Fate::kAnswerHeld}) {
    link_.at_next_commit(fate);
    const std::int64_t number = static_cast<std::int64_t>(db->sessions());
    const auto stored = store(*db, number);
    ASSERT_TRUE(stored) << stored.error().detail;
    EXPECT_TRUE(things(database_).contains(number));
  }
  EXPECT_EQ(db->sessions(), 3u);
}

TEST_F(PostgresRecovery, ACommitThatNobodyCanBeAskedAbout_SaysSo) {
  Settings settings = through_link();
  settings.settle_ms = 300;
  const auto db = open(std::move(settings));
  auto transaction = Transaction::begin(*db, Access::kWrite);
  ASSERT_TRUE(transaction);
  ASSERT_TRUE(add(*db, 1));
  link_.let_through(false);
  const auto stored = transaction->commit();
  ASSERT_FALSE(stored);
  EXPECT_NE(stored.error().message.find("nobody knows"), std::string::npos);
  EXPECT_FALSE(db->lost()) << "it must not be run again";
  link_.let_through(true);
  EXPECT_TRUE(store(*db, 2)) << "the next one is none the worse";
}

TEST_F(PostgresRecovery, TheWriter_StoresEachChangeOnceWhateverBreaks) {
  sql::Writer writer(open(through_link()));
  std::int64_t number = 0;
  std::set<std::int64_t> expected;
  for (const Fate fate : {Fate::kPass, Fate::kCommitLost, Fate::kAnswerLost, Fate::kCommitLost, Fate::kAnswerHeld}) {
    link_.at_next_commit(fate);
    const auto stored = writer.run([&](sql::Connection& db) { return add(db, ++number); });
    ASSERT_TRUE(stored) << stored.error().detail;
    expected.insert(number);
  }
  EXPECT_EQ(things(database_), expected);
}

TEST_F(PostgresRecovery, AStalledWriter_IsEndedAndHoldsNobodyUpForLong) {
  Settings settings = database_.settings();
  settings.idle_in_transaction_ms = 200;
  const auto stalled = open(std::move(settings));
  const auto other = open(database_.settings());
  auto transaction = Transaction::begin(*stalled, Access::kWrite);
  ASSERT_TRUE(add(*stalled, 1));
  ASSERT_TRUE(store(*other, 2)) << "waits until the other is ended";
  EXPECT_FALSE(add(*stalled, 3));
  EXPECT_FALSE(stalled->in_transaction());
  EXPECT_TRUE(stalled->lost());
  EXPECT_EQ(things(database_), std::set<std::int64_t>{2});
}

TEST_F(PostgresRecovery, WhoTookASequence_HoldsUpThoseBehindItUntilItEnds) {
  const auto first = open(database_.settings());
  const auto second = open(database_.settings());
  const auto reader = open(database_.settings());
  const auto change = [](sql::Connection& db) {
    return tables::append_tenant_change(db, TenantId::make({1}, *std::make_unique<SystemRandom>()), {1});
  };
  const auto sequences = [&] {
    std::vector<Sequence> seen;
    const auto changes = tables::changes_after(*reader, 0, 100);
    for (const Change& one : changes.value()) seen.push_back(one.sequence);
    return seen;
  };
  std::vector<Sequence> expected;
  for (const bool commits : {true, false, true}) {
    auto transaction = std::make_unique<Transaction>(*Transaction::begin(*first, Access::kWrite));
    const Sequence taken = change(*first).value();
    std::promise<Sequence> begun;
    std::thread behind([&] {
      auto waiting = Transaction::begin(*second, Access::kWrite);
      const Sequence mine = change(*second).value();
      EXPECT_TRUE(waiting->commit());
      begun.set_value(mine);
    });
    auto second_sequence = begun.get_future();
    EXPECT_EQ(second_sequence.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
    EXPECT_EQ(sequences(), expected) << "nothing of either is seen yet";
    if (commits) {
      ASSERT_TRUE(transaction->commit());
      expected.push_back(taken);
    }
    transaction.reset();
    expected.push_back(second_sequence.get());
    behind.join();
    EXPECT_EQ(expected.back(), static_cast<Sequence>(expected.size()))
        << "no gap, whether the first one was stored or not";
    EXPECT_EQ(sequences(), expected);
  }
}

TEST_F(PostgresRecovery, AFailoverThatLostChanges_ShowsAnotherMarkAtTheSamePlace) {
  auto opened = PostgresStore::open(database_.settings(), OpenMode::kMustExist);
  ASSERT_TRUE(opened) << opened.error().detail;
  PostgresStore& store = **opened;
  SystemRandom random;
  const auto change = [&] {
    Tenant tenant;
    tenant.id = TenantId::make({1}, random);
    ASSERT_TRUE(store.insert_tenant(tenant));
  };
  const auto place = [&] {
    const std::vector<RowVisitor> visitors(2, [](std::span<KeyRow>) {});
    return store.visit_rows([](std::size_t) {}, [](const Tenant&) {}, visitors).value();
  };
  change();
  const FeedPlace kept = place();
  change();
  const FeedPlace lost = place();
  EXPECT_NE(kept.mark, lost.mark);
  // As a standby has it that the last change has not reached.
  database_.run("DELETE FROM changes WHERE sequence = 2; UPDATE feed_head SET sequence = 1");
  EXPECT_EQ(store.changes_after(lost.sequence - 1, 10)->size(), 0u) << "the follower's own place is not there";
  change();
  EXPECT_EQ(store.changes_after(kept.sequence - 1, 10)->front().place(), kept);
  const Change other = store.changes_after(lost.sequence - 1, 10)->front();
  EXPECT_EQ(other.sequence, lost.sequence);
  EXPECT_NE(other.mark, lost.mark);
}

TEST_F(PostgresRecovery, ReadersAndTheWriter_GetOverTheEndOfAllSessions) {
  auto opened = PostgresStore::open(database_.settings(), OpenMode::kMustExist);
  ASSERT_TRUE(opened) << opened.error().detail;
  PostgresStore& store = **opened;
  SystemRandom random;
  for (int round = 0; round < 3; ++round) {
    Tenant tenant;
    tenant.id = TenantId::make({round + 1}, random);
    ASSERT_TRUE(store.insert_tenant(tenant));
    TestServer::shared().run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL");
    EXPECT_TRUE(store.find_tenant(tenant.id));
    EXPECT_EQ(store.list_tenants("", 10)->tenants.size(), static_cast<std::size_t>(round + 1));
  }
}

// ---- a server of one's own, to do away with

TEST(PostgresServerLost, AcknowledgedChanges_SurviveAKillAndNoneIsStoredTwice) {
  TestServer server;
  const TestDatabase database(server);
  make_tables(database);
  Settings settings = database.settings();
  settings.settle_ms = 20'000;
  std::atomic<bool> stop{false};
  std::set<std::int64_t> acknowledged;
  std::atomic<int> done{0};
  std::thread writing([&] {
    sql::Writer writer(open(std::move(settings)), sql::Writer::kMaxQueued, 20'000);
    for (std::int64_t number = 1; !stop; ++number) {
      // What is stored twice breaks the primary key.
      const auto stored = writer.run([&](sql::Connection& db) { return add(db, number); });
      if (stored) acknowledged.insert(number);
      EXPECT_TRUE(stored) << number << ": " << stored.error().message << " / " << stored.error().detail;
      ++done;
    }
  });
  for (int round = 0; round < 5; ++round) {
    const int before = done;
    while (done < before + 20 + round * 7) std::this_thread::yield();
    server.kill();
    server.start();
  }
  stop = true;
  writing.join();
  EXPECT_EQ(things(database), acknowledged);
}

TEST(PostgresServerLost, ACommitThatNoStandbyConfirmed_IsNotSaidToBeStored) {
  TestServer server;
  const TestDatabase database(server);
  make_tables(database);
  Settings settings = database.settings();
  settings.statement_ms = 200;
  settings.settle_ms = 500;
  const auto db = open(std::move(settings));
  ASSERT_TRUE(store(*db, 1));
  server.run("ALTER SYSTEM SET synchronous_standby_names = 'away'");
  server.run("SELECT pg_reload_conf()");
  // The server's processes hear of it one after the other.
  std::int64_t number = 2;
  auto stored = store(*db, number);
  while (stored) stored = store(*db, ++number);
  // First of all, since without it nothing ends any more.
  server.run("ALTER SYSTEM RESET synchronous_standby_names");
  server.run("SELECT pg_reload_conf()");
  EXPECT_NE(stored.error().message.find("nobody knows"), std::string::npos) << stored.error().message;
  EXPECT_FALSE(db->lost());
  EXPECT_TRUE(store(*db, ++number));
}

}  // namespace
}  // namespace latchkey::store::postgres
