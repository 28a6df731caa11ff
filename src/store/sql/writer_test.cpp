#include "store/sql/writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <future>

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
