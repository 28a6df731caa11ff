#include "registry/follower.h"

#include <atomic>
#include <thread>

#include "registry/registry_world_test.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::registry {
namespace {

// A seal is right here when its first byte is 1.
class FollowerTest : public RegistryWorld {
 protected:
  FollowerTest() {
    auto opened = store::SqliteStore::open(directory_.file("latchkey.db"), store::OpenMode::kCreateIfMissing);
    LK_CHECK(opened.has_value());
    store_ = std::move(*opened);
    Tenant tenant;
    tenant.id = tenant_;
    EXPECT_TRUE(store_->insert_tenant(tenant));
    follower_.emplace(*store_, registry_,
                      Follower::Genuine{.record = [](const store::KeyRecord& record) { return record.seal[0] == 1; },
                                        .rows =
                                            [this] {
                                              return [this](const store::KeyRow& row) {
                                                std::call_once(first_row_, [this] { at_first_row_(); });
                                                return row.seal[0] == 1;
                                              };
                                            }});
  }
  store::KeyRecord stored(int secret, bool genuine = true) {
    store::KeyRecord made = record({secret});
    made.seal[0] = genuine ? 1 : 2;
    EXPECT_TRUE(store_->insert_key(made, std::nullopt));
    return made;
  }
  std::vector<std::size_t> load() {
    std::vector<std::size_t> told;
    const auto loaded = follower_->load([&](std::size_t keys) { told.push_back(keys); });
    EXPECT_TRUE(loaded) << loaded.error().detail;
    return told;
  }

  store::TempDirectory directory_;
  std::unique_ptr<store::SqliteStore> store_;
  std::once_flag first_row_;
  std::function<void()> at_first_row_ = [] {};
  std::optional<Follower> follower_;
};

TEST_F(FollowerTest, Load_TakesEveryKeyAndTellsHowMany) {
  for (int i = 0; i < 700; ++i) stored(i);
  EXPECT_EQ(load(), std::vector<std::size_t>{700});
  EXPECT_EQ(registry_.key_count(), 700u);
  for (int i = 0; i < 700; ++i) ASSERT_TRUE(find(i));
  EXPECT_EQ(follower_->position(), *store_->last_sequence());
}

TEST_F(FollowerTest, Load_OfAnEmptyStoreIsFine) {
  EXPECT_EQ(load(), std::vector<std::size_t>{0});
  EXPECT_EQ(follower_->position(), *store_->last_sequence());
}

TEST_F(FollowerTest, Load_LeavesOutRowsWhoseSealIsWrong) {
  for (int i = 0; i < 300; ++i) stored(i, i % 7 != 3);
  load();
  for (int i = 0; i < 300; ++i) EXPECT_EQ(find(i).has_value(), i % 7 != 3) << i;
}

TEST_F(FollowerTest, Load_EndsWithWhatChangedMeanwhile) {
  store::KeyRecord changed = stored(1), planted = stored(2), same = stored(3);
  at_first_row_ = [&] {
    // Of another thread, as it would be.
    std::thread([&] {
      changed.key.state = KeyState::kRevoked;
      changed.key.version = planted.key.version = 2;
      EXPECT_TRUE(store_->update_key(changed, 1));
      planted.seal[0] = 2;
      EXPECT_TRUE(store_->update_key(planted, 1));
      Tenant second;
      second.id = TenantId::make({2}, random_);
      second.status = TenantStatus::kSuspended;
      EXPECT_TRUE(store_->insert_tenant(second));
      store::KeyRecord late = record({4});
      late.key.tenant = second.id;
      late.seal[0] = 1;
      EXPECT_TRUE(store_->insert_key(late, std::nullopt));
    }).join();
  };
  load();
  EXPECT_EQ(find(1)->state, KeyState::kRevoked);
  EXPECT_FALSE(find(2));
  EXPECT_TRUE(find(3));
  ASSERT_TRUE(find(4));
  EXPECT_EQ(find(4)->tenant->state.load()->status, TenantStatus::kSuspended);
  EXPECT_EQ(follower_->position(), *store_->last_sequence());
}

TEST_F(FollowerTest, FollowTo_TakesEachChangeAndLeavesOutWhatIsNotGenuine) {
  load();
  store::KeyRecord key = stored(1);
  ASSERT_TRUE(follower_->follow_to(*store_->last_sequence()));
  ASSERT_TRUE(find(1));
  key.seal[0] = 2;
  key.key.version = 2;
  ASSERT_TRUE(store_->update_key(key, 1));
  ASSERT_TRUE(follower_->follow_to(*store_->last_sequence()));
  EXPECT_FALSE(find(1));
  EXPECT_FALSE(follower_->follow_to(*store_->last_sequence() + 1)) << "what is not there can't be followed";
}

}  // namespace
}  // namespace latchkey::registry
