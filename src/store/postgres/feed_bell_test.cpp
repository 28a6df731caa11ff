// The bell rings when somebody else stored something, and is only silent where it can't.
#include "store/postgres/feed_bell.h"

#include <gtest/gtest.h>

#include <thread>

#include "store/postgres/postgres_fixture.h"
#include "store/postgres/postgres_store.h"

namespace latchkey::store::postgres {
namespace {

constexpr std::int64_t kLongMs = 20'000;

class FeedBellTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = PostgresStore::open(database_.settings(), OpenMode::kCreateIfMissing);
    ASSERT_TRUE(opened) << opened.error().detail;
    store_ = std::move(*opened);
  }
  void change() {
    Tenant tenant;
    tenant.id = TenantId::make({1}, random_);
    ASSERT_TRUE(store_->insert_tenant(tenant));
  }
  // What is still under way from other tests is heard first.
  static void settle(ChangeBell& bell) {
    while (bell.wait(50).changed) {
    }
  }
  SystemRandom random_;
  SystemClock clock_;
  TestDatabase database_;
  std::unique_ptr<PostgresStore> store_;
};

TEST_F(FeedBellTest, AChange_Rings) {
  const auto bell = store_->make_bell();
  settle(*bell);
  change();
  EXPECT_TRUE(bell->wait(kLongMs).changed);
  ASSERT_TRUE(store_->insert_operator_key({1, {7}, "hint", {1}}));
  EXPECT_FALSE(bell->wait(100).changed) << "what is not in the feed concerns no follower";
}

TEST_F(FeedBellTest, WhatNodesSayToEachOther_IsHeard) {
  const auto bell = store_->make_bell();
  settle(*bell);
  database_.run("SELECT pg_notify('latchkey_feed', 'await 17')");
  EXPECT_EQ(bell->wait(kLongMs).awaited, 17);
  database_.run("SELECT pg_notify('latchkey_feed', 'confirmed')");
  EXPECT_TRUE(bell->wait(kLongMs).confirmed);
}

TEST_F(FeedBellTest, ALostConnection_IsMadeAnew) {
  const auto bell = store_->make_bell();
  settle(*bell);
  database_.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
  // Silent for a moment, as without NOTIFY; then it rings again.
  const std::int64_t until_ns = clock_.steady_ns() + kLongMs * 1'000'000;
  bool rang = false;
  while (!rang && clock_.steady_ns() < until_ns) {
    change();
    rang = bell->wait(100).changed;
  }
  EXPECT_TRUE(rang);
}

TEST_F(FeedBellTest, WithoutNotify_ItIsSilentUntilTheTimeIsOver) {
  Settings settings = database_.settings();
  settings.notify = false;
  FeedBell bell(std::move(settings));
  const std::int64_t began_ns = clock_.steady_ns();
  change();
  EXPECT_FALSE(bell.wait(60).changed);
  EXPECT_GE(clock_.steady_ns() - began_ns, 50'000'000);
}

TEST_F(FeedBellTest, Wake_EndsAWait) {
  const auto bell = store_->make_bell();
  settle(*bell);
  std::jthread waking([&] { bell->wake(); });
  const std::int64_t began_ns = clock_.steady_ns();
  bell->wait(kLongMs);
  EXPECT_LT(clock_.steady_ns() - began_ns, kLongMs * 1'000'000);
}

}  // namespace
}  // namespace latchkey::store::postgres
