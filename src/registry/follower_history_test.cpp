// What a follower does when the database has lost changes that it had told of, and goes on from before them.
#include <thread>

#include "registry/follower.h"
#include "registry/registry_world_test.h"
#include "store/postgres/postgres_fixture.h"
#include "store/postgres/postgres_store.h"

namespace latchkey::registry {
namespace {

class FollowerHistory : public RegistryWorld {
 protected:
  FollowerHistory() {
    auto opened = store::PostgresStore::open(database_.settings(), store::OpenMode::kCreateIfMissing);
    LK_CHECK(opened.has_value());
    store_ = std::move(*opened);
    Tenant tenant;
    tenant.id = tenant_;
    EXPECT_TRUE(store_->insert_tenant(tenant));
    kept_ = stored(1);
    lost_ = stored(2);
    follower_.emplace(*store_, registry_,
                      Follower::Genuine{.record = [](const store::KeyRecord&) { return true; },
                                        .rows = [] { return [](const store::KeyRow&) { return true; }; }},
                      &lease_);
    EXPECT_TRUE(follower_->load([](std::size_t) {}));
    lease_.extend_for_good();
  }
  store::KeyRecord stored(int secret) {
    store::KeyRecord made = record({secret});
    EXPECT_TRUE(store_->insert_key(made, std::nullopt));
    return made;
  }
  // As if a standby had taken over that never had the second key, and something else had been changed since.
  void fail_over() {
    database_.run("DELETE FROM secret_digests WHERE key_number = (SELECT max(number) FROM api_keys)");
    database_.run("DELETE FROM api_keys WHERE number = (SELECT max(number) FROM api_keys)");
    database_.run(
        "UPDATE changes SET mark = mark # 1, key_id = NULL, kind = 1 WHERE sequence = (SELECT max(sequence) FROM "
        "changes)");
  }
  store::FeedPlace head() {
    const store::Sequence last = store_->last_sequence().value();
    return store_->changes_after(last - 1, 1).value().front().place();
  }
  bool relies() const { return lease_.until_ns() > 0; }

  store::postgres::TestDatabase database_;
  std::unique_ptr<store::PostgresStore> store_;
  Lease lease_;
  std::optional<Follower> follower_;
  store::KeyRecord kept_, lost_;
};

TEST_F(FollowerHistory, WhileTheFeedIsTheSameItIsFollowed) {
  const store::FeedPlace before = head();
  stored(3);
  EXPECT_TRUE(follower_->catch_up(before)) << "what was heard may be old";
  EXPECT_TRUE(find(3));
  EXPECT_EQ(follower_->place(), head());
  EXPECT_TRUE(relies());
}

TEST_F(FollowerHistory, AnotherHistoryIsNotFollowedUntilTheDatabaseHasToldOfIt) {
  const store::FeedPlace before = head();
  fail_over();
  EXPECT_EQ(follower_->catch_up().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(follower_->catch_up(before).error().code, ErrorCode::kUnavailable) << "that is of the history that is gone";
  EXPECT_TRUE(find(2)) << "a database that was left behind must not take a node back";
  EXPECT_TRUE(relies());

  ASSERT_TRUE(follower_->catch_up(head()));
  EXPECT_FALSE(find(2));
  EXPECT_TRUE(find(1));
  EXPECT_FALSE(relies()) << "not before the next heartbeat";
  EXPECT_EQ(follower_->place(), head());
  stored(3);
  EXPECT_TRUE(follower_->catch_up());
  EXPECT_TRUE(find(3));
}

TEST_F(FollowerHistory, AHistoryThatIsShorterIsAnotherOneToo) {
  database_.run("DELETE FROM changes WHERE sequence = (SELECT max(sequence) FROM changes)");
  database_.run("UPDATE feed_head SET sequence = sequence - 1");
  EXPECT_FALSE(follower_->catch_up());
  EXPECT_TRUE(follower_->catch_up(head()));
  EXPECT_EQ(follower_->place(), head());
}

TEST_F(FollowerHistory, AMomentWithAnotherDatabaseCostsNothing) {
  database_.run("UPDATE changes SET mark = mark # 1 WHERE sequence = (SELECT max(sequence) FROM changes)");
  EXPECT_FALSE(follower_->catch_up());
  database_.run("UPDATE changes SET mark = mark # 1 WHERE sequence = (SELECT max(sequence) FROM changes)");
  EXPECT_TRUE(follower_->catch_up());
  EXPECT_TRUE(relies());
}

TEST_F(FollowerHistory, WhatWasKnownStaysKnownWhileEverythingIsReadAgain) {
  fail_over();
  EXPECT_FALSE(follower_->catch_up());
  std::atomic<bool> done{false};
  std::atomic<int> missed{0};
  std::thread caller([&] {
    Registry::Reader reader(registry_);
    while (!done) {
      const Registry::Pin pin(reader);
      if (!registry_.find(pin, digest_of(1))) ++missed;
    }
  });
  EXPECT_TRUE(follower_->catch_up(head()));
  done = true;
  caller.join();
  EXPECT_EQ(missed, 0);
}

}  // namespace
}  // namespace latchkey::registry
