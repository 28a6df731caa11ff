#include "store/postgres/duty_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "store/postgres/postgres_fixture.h"
#include "store/postgres/schema.h"

namespace latchkey::store::postgres {
namespace {

class DutyTableTest : public testing::Test {
 protected:
  void SetUp() override {
    auto db = connect();
    ASSERT_TRUE(db) << db.error().message;
    const auto migrated = migrate(**db, postgres_migrations(), kMinReader);
    ASSERT_TRUE(migrated) << migrated.error().message << migrated.error().detail;
    auto opened = PostgresDuties::open(database.settings());
    ASSERT_TRUE(opened) << opened.error().message;
    duties = std::move(*opened);
  }
  Result<std::unique_ptr<Connection>> connect() {
    Settings settings = database.settings();
    settings.lock = WriteLock::kNone;
    return Connection::open(std::move(settings));
  }

  const TestDatabase database;
  std::unique_ptr<PostgresDuties> duties;
  const Uuid a{1}, b{2};
};

TEST_F(DutyTableTest, ADutyIsOneNodesUntilItsLeaseIsOver) {
  EXPECT_TRUE(*duties->hold("courier", a, 60'000));
  EXPECT_TRUE(*duties->hold("courier", a, 60'000)) << "it may go on";
  EXPECT_FALSE(*duties->hold("courier", b, 60'000));
  EXPECT_TRUE(*duties->hold("upkeep", b, 60'000)) << "another duty";
  database.run("UPDATE duties SET until = until - 60001 WHERE name = 'courier'");
  EXPECT_TRUE(*duties->hold("courier", b, 60'000));
  EXPECT_FALSE(*duties->hold("courier", a, 60'000));
}

TEST_F(DutyTableTest, OnlyWhoHasItCanGiveItBack) {
  EXPECT_TRUE(*duties->hold("courier", a, 60'000));
  ASSERT_TRUE(duties->release("courier", b));
  EXPECT_FALSE(*duties->hold("courier", b, 60'000));
  ASSERT_TRUE(duties->release("courier", a));
  EXPECT_TRUE(*duties->hold("courier", b, 60'000));
}

TEST_F(DutyTableTest, OfManyWhoAskAtOnceOneGetsIt) {
  std::atomic<int> holders{0};
  std::vector<std::thread> threads;
  for (std::uint8_t node = 1; node <= 8; ++node) {
    threads.emplace_back([&, node] {
      const auto mine = duties->hold("courier", Uuid{node}, 60'000);
      ASSERT_TRUE(mine) << mine.error().detail;
      if (*mine) ++holders;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(holders, 1);
}

TEST_F(DutyTableTest, ParcelsAreTakenOnceInTheirOrder) {
  for (int i = 0; i < 5; ++i) {
    const auto put = duties->put("watch", std::string("parcel\0 ", 8) + std::to_string(i));
    ASSERT_TRUE(put) << put.error().message << " / " << put.error().detail;
  }
  ASSERT_TRUE(duties->put("other", "x"));
  const auto first = duties->take("watch", 3);
  ASSERT_TRUE(first) << first.error().detail;
  ASSERT_EQ(first->size(), 3u);
  EXPECT_EQ((*first)[0], std::string("parcel\0 0", 9));
  EXPECT_EQ((*first)[2], std::string("parcel\0 2", 9));
  EXPECT_EQ(duties->take("watch", 100)->size(), 2u);
  EXPECT_TRUE(duties->take("watch", 100)->empty());
  EXPECT_EQ(duties->take("other", 100)->size(), 1u);
}

TEST_F(DutyTableTest, OfTwoWhoTakeAtOnceEachGetsOthers) {
  constexpr int kParcels = 200;
  for (int i = 0; i < kParcels; ++i) ASSERT_TRUE(duties->put("watch", std::to_string(i)));
  std::mutex mutex;
  std::multiset<std::string> taken;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (int empty = 0; empty < 3;) {
        const auto some = duties->take("watch", 7);
        ASSERT_TRUE(some) << some.error().detail;
        empty = some->empty() ? empty + 1 : 0;
        const std::lock_guard lock(mutex);
        taken.insert(some->begin(), some->end());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(taken.size(), kParcels);
  EXPECT_EQ(std::set<std::string>(taken.begin(), taken.end()).size(), kParcels);
}

TEST_F(DutyTableTest, WhatNobodyTakesIsBounded) {
  database.run("INSERT INTO parcels (topic, body) SELECT 'watch', '\\x00' FROM generate_series(1, 2000)");
  const auto put = duties->put("watch", "one more");
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::kTooLarge);
  EXPECT_TRUE(duties->put("other", "x"));
}

}  // namespace
}  // namespace latchkey::store::postgres
