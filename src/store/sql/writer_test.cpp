#include "store/sql/writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

#include "store/sql/read_pool.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::store::sql {
namespace {

class WriterTest : public testing::Test {
 protected:
  std::unique_ptr<Connection> connect() {
    const std::string path = directory_.file("test.db");
    ::close(::open(path.c_str(), O_CREAT | O_RDWR, 0600));
    auto db = sqlite::Connection::open(path, Connection::Access::kWrite);
    EXPECT_TRUE(db);
    EXPECT_TRUE((*db)->exec("PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY) STRICT"));
    return std::move(*db);
  }
  static Result<void> insert(Connection& db, int n) {
    Statement statement = db.prepare("INSERT INTO t (n) VALUES (?1)");
    statement.bind(n);
    return statement.run();
  }
  std::int64_t count() {
    auto db = connect();
    Statement query = db->prepare("SELECT count(*) FROM t");
    EXPECT_TRUE(query.step());
    return query.integer(0);
  }
  // Keeps the writer busy until released; returns once the writer is at it.
  struct Block {
    explicit Block(Writer& writer)
        : thread([this, &writer] {
            EXPECT_TRUE(writer.run([this](Connection&) -> Result<void> {
              started.set_value();
              release.get_future().wait();
              return {};
            }));
          }) {
      started.get_future().wait();
    }
    void end() {
      release.set_value();
      thread.join();
    }
    std::promise<void> started;
    std::promise<void> release;
    std::thread thread;
  };
  static void wait_until_queued(Writer& writer, std::size_t count) {
    while (writer.queued() < count) std::this_thread::yield();
  }
  TempDirectory directory_;
};

// A database that goes away: at the next commits, of which nothing is stored then, or for good until it is back.
class Flaky final : public Connection {
 public:
  explicit Flaky(std::unique_ptr<Connection> inner) : inner_(std::move(inner)) {}
  Dialect dialect() const override { return inner_->dialect(); }
  Result<void> exec(const char* sql) override { return inner_->exec(sql); }
  Statement prepare(std::string_view sql) override { return inner_->prepare(sql); }
  std::int64_t changed_rows() const override { return inner_->changed_rows(); }
  Result<void> begin(Access access) override {
    lost_ = away;
    ++begun;
    if (away) return fail(ErrorCode::kUnavailable, "Away.");
    return inner_->begin(access);
  }
  Result<void> commit() override {
    if (lost_commits == 0 && unknown_commits == 0) return inner_->commit();
    inner_->roll_back();
    lost_ = lost_commits > 0;
    --(lost_ ? lost_commits : unknown_commits);
    return fail(ErrorCode::kUnavailable, lost_ ? "Lost." : "Nobody knows.");
  }
  void roll_back() override { inner_->roll_back(); }
  bool in_transaction() const override { return inner_->in_transaction(); }
  bool lost() const override { return lost_; }

  std::atomic<bool> away{false};
  std::atomic<int> lost_commits{0}, unknown_commits{0}, begun{0};

 private:
  const std::unique_ptr<Connection> inner_;
  bool lost_ = false;
};

TEST_F(WriterTest, WhatWasLostBeforeItWasStored_IsRunAgain) {
  auto owned = std::make_unique<Flaky>(connect());
  Flaky& connection = *owned;
  {
    Writer writer(std::move(owned));
    connection.lost_commits = 3;
    int runs = 0;
    EXPECT_TRUE(writer.run([&](Connection& db) {
      ++runs;
      return insert(db, 1);
    }));
    EXPECT_EQ(runs, 4);
    connection.unknown_commits = 1;
    const auto unknown = writer.run([&](Connection& db) { return insert(db, 2); });
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().message, "Nobody knows.") << "and so it is not run again";
  }
  EXPECT_EQ(count(), 1);
}

TEST_F(WriterTest, ADatabaseThatStaysAway_IsNotWaitedForByEachInTurn) {
  auto owned = std::make_unique<Flaky>(connect());
  Flaky& connection = *owned;
  {
    Writer writer(std::move(owned), Writer::kMaxQueued, 200);
    Block block(writer);
    connection.away = true;
    std::vector<std::thread> threads;
    for (int i = 0; i < 400; ++i) {
      threads.emplace_back([&, i] {
        const auto done = writer.run([&](Connection& db) { return insert(db, i); });
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, ErrorCode::kUnavailable);
      });
    }
    wait_until_queued(writer, 400);
    block.end();
    for (std::thread& thread : threads) thread.join();
    const int tries = connection.begun;
    EXPECT_FALSE(writer.run([&](Connection& db) { return insert(db, 1); }));
    EXPECT_EQ(connection.begun, tries + 1) << "one try each, while it is away";
    connection.away = false;
    EXPECT_TRUE(writer.run([&](Connection& db) { return insert(db, 1); }));
  }
  EXPECT_EQ(count(), 1);
}

TEST_F(WriterTest, AReaderWhoseConnectionWasLost_ReadsOnceMore) {
  std::vector<Flaky*> made;
  auto pool = ReadPool::open(
      [&]() -> Result<std::unique_ptr<Connection>> {
        auto connection = std::make_unique<Flaky>(connect());
        made.push_back(connection.get());
        return connection;
      },
      1);
  ASSERT_TRUE(pool);
  made[0]->away = true;
  int runs = 0;
  const auto read = (*pool)->snapshot([&](Connection& db) -> Result<std::int64_t> {
    ++runs;
    Statement query = db.prepare("SELECT count(*) FROM t");
    LK_TRY(query.step());
    return query.integer(0);
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, 0);
  EXPECT_EQ(made.size(), 2u);
  EXPECT_EQ(runs, 1);
  made[1]->away = true;
  EXPECT_FALSE((*pool)->once([&](Connection&) -> Result<void> { return {}; }));
  EXPECT_TRUE((*pool)->once([&](Connection&) -> Result<void> { return {}; })) << "on a new connection";
}

TEST_F(WriterTest, JobsThatArriveTogetherShareATransactionAndFailAlone) {
  {
    Writer writer(connect());
    Block block(writer);
    std::vector<std::thread> threads;
    std::atomic<int> stored{0};
    std::atomic<int> conflicts{0};
    for (int i = 0; i < 20; ++i) {
      threads.emplace_back([&, i] {
        const auto done = writer.run([&](Connection& db) -> Result<void> {
          LK_TRY(insert(db, 1000 + i));
          return insert(db, i / 2);  // one of each pair comes second; its first row must go again
        });
        if (done) {
          ++stored;
        } else {
          EXPECT_EQ(done.error().code, ErrorCode::kConflict);
          ++conflicts;
        }
      });
    }
    wait_until_queued(writer, 20);
    const auto before = writer.transactions();
    block.end();
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(writer.transactions(), before + 1);
    EXPECT_EQ(stored, 10);
    EXPECT_EQ(conflicts, 10);
  }
  EXPECT_EQ(count(), 20);
}

TEST_F(WriterTest, ALoneJobIsNotKeptWaiting) {
  Writer writer(connect());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(writer.run([&](Connection& db) { return insert(db, i); }));
  EXPECT_EQ(writer.transactions(), 5u);
}

TEST_F(WriterTest, JobsBeyondTheQueueAreRefusedAndCounted) {
  Writer writer(connect(), 2);
  Block block(writer);
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] { EXPECT_TRUE(writer.run([&](Connection& db) { return insert(db, i); })); });
  }
  wait_until_queued(writer, 2);
  const auto refused = writer.run([&](Connection& db) { return insert(db, 9); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(writer.refused(), 1u);
  block.end();
  for (std::thread& thread : threads) thread.join();
}

TEST_F(WriterTest, ATransactionThatEndsByItselfFailsEveryJobInIt) {
  {
    Writer writer(connect());
    Block block(writer);
    std::thread before([&] {
      const auto done = writer.run([&](Connection& db) { return insert(db, 1); });
      ASSERT_FALSE(done);
      EXPECT_EQ(done.error().code, ErrorCode::kUnavailable);
    });
    wait_until_queued(writer, 1);
    std::thread culprit([&] {
      EXPECT_FALSE(writer.run([&](Connection& db) -> Result<void> {
        LK_TRY(db.exec("ROLLBACK"));  // as SQLite does when a disk is full in the midst of a transaction
        return fail(ErrorCode::kUnavailable, "The disk is full.");
      }));
    });
    wait_until_queued(writer, 2);
    block.end();
    before.join();
    culprit.join();
    EXPECT_TRUE(writer.run([&](Connection& db) { return insert(db, 2); }))
        << "the next one goes on as if nothing had been";
  }
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace latchkey::store::sql
