// Lists of keys: filters, orders, pages, and whose they are.
#include <set>

#include "store/key_store_contract_test.h"

namespace latchkey::store {
namespace {

using Names = std::vector<std::string>;

TEST_P(KeyStoreContract, ListKeys_OfATenantWithoutKeysIsEmpty) {
  const Tenant tenant = stored_tenant();
  LK_MUST(const KeyPage page, store().list_keys(tenant.id, {.now = now_}));
  EXPECT_TRUE(page.keys.empty());
  EXPECT_EQ(page.total, 0);
  EXPECT_TRUE(page.next_cursor.empty());
}

TEST_P(KeyStoreContract, ListKeys_ShowsWholeKeysOfThatTenantOnly) {
  const Tenant tenant = stored_tenant();
  const Tenant other = stored_tenant("Other");
  const KeyRecord record = stored_key(tenant.id, "Ours");
  stored_key(other.id, "Theirs");
  LK_MUST(const KeyPage page, store().list_keys(tenant.id, {.now = now_}));
  ASSERT_EQ(page.keys.size(), 1u);
  EXPECT_TRUE(same(page.keys[0], record.key));
  EXPECT_EQ(page.total, 1);
}

TEST_P(KeyStoreContract, ListKeys_SortsEachWayAndPagesWithoutGapOrRepeat) {
  const Tenant tenant = stored_tenant();
  // Equal names and equal times have to be told apart by the id.
  for (const char* name : {"delta", "Alpha", "alpha", "charlie", "Bravo", "alpha", "ALPHA"})
    stored_key(tenant.id, name);
  for (int i = 0; i < 5; ++i) {
    KeyRecord record = make_key(tenant.id, "same moment");
    record.key.created_at = now_;
    ASSERT_TRUE(store().insert_key(record, std::nullopt));
  }
  for (const KeySort sort : {KeySort::kCreatedDescending, KeySort::kCreatedAscending, KeySort::kNicknameAscending,
                             KeySort::kNicknameDescending}) {
    const auto whole = all_pages(tenant.id, {.sort = sort, .limit = 100, .now = now_});
    ASSERT_EQ(whole.size(), 12u);
    for (const int limit : {1, 2, 3, 5, 11, 12, 13}) {
      const auto paged = all_pages(tenant.id, {.sort = sort, .limit = limit, .now = now_});
      EXPECT_EQ(nicknames(paged), nicknames(whole)) << limit;
      std::set<KeyId> seen;
      for (const ApiKey& key : paged) EXPECT_TRUE(seen.insert(key.id).second);
    }
  }
  const auto oldest_first = all_pages(tenant.id, {.sort = KeySort::kCreatedAscending, .limit = 7, .now = now_});
  EXPECT_EQ(oldest_first.front().nickname, "delta");
  auto newest_first = all_pages(tenant.id, {.sort = KeySort::kCreatedDescending, .limit = 7, .now = now_});
  std::reverse(newest_first.begin(), newest_first.end());
  EXPECT_EQ(nicknames(newest_first), nicknames(oldest_first));
  const auto by_name = nicknames(all_pages(tenant.id, {.sort = KeySort::kNicknameAscending, .limit = 6, .now = now_}));
  EXPECT_EQ(Names(by_name.begin() + 4, by_name.begin() + 7), (Names{"Bravo", "charlie", "delta"})) << "in any case";
}

TEST_P(KeyStoreContract, ListKeys_PagesWhileKeysComeAndChange) {
  const Tenant tenant = stored_tenant();
  for (const char* name : {"a", "b", "c", "d"}) stored_key(tenant.id, name);
  KeyQuery query{.sort = KeySort::kNicknameAscending, .limit = 2, .now = now_};
  LK_MUST(const KeyPage first, store().list_keys(tenant.id, query));
  ASSERT_EQ(nicknames(first.keys), (Names{"a", "b"}));
  // The key at which the page ended moves to the end; the next page goes on from where the old one stopped.
  LK_MUST(KeyRecord moved, store().find_key(first.keys[1].id));
  moved.key.nickname = "z";
  moved.key.version = 2;
  ASSERT_TRUE(store().update_key(moved, 1));
  stored_key(tenant.id, "aa");
  query.cursor = first.next_cursor;
  LK_MUST(const KeyPage second, store().list_keys(tenant.id, query));
  EXPECT_EQ(nicknames(second.keys), (Names{"c", "d"}));
}

TEST_P(KeyStoreContract, ListKeys_PagesByNamesTooLongForACursor) {
  const Tenant tenant = stored_tenant();
  std::string longest;
  for (int i = 0; i < 100; ++i) longest += "\U0001f511";
  for (const char* end : {"a", "b", "c", "d", "e"}) stored_key(tenant.id, longest + end);
  const auto keys = all_pages(tenant.id, {.sort = KeySort::kNicknameAscending, .limit = 2, .now = now_});
  ASSERT_EQ(keys.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(keys[i].nickname.back(), "abcde"[i]);
}

TEST_P(KeyStoreContract, ListKeys_CursorOfAnotherQueryOrOfNobodyIsRefused) {
  const Tenant tenant = stored_tenant();
  const Tenant other = stored_tenant("Other");
  for (int i = 0; i < 3; ++i) stored_key(tenant.id);
  const KeyQuery query{.limit = 1, .now = now_};
  LK_MUST(const KeyPage page, store().list_keys(tenant.id, query));
  const auto with = [&](auto change) {
    KeyQuery changed = query;
    changed.cursor = page.next_cursor;
    change(changed);
    return changed;
  };
  EXPECT_TRUE(store().list_keys(tenant.id, with([](KeyQuery& q) { q.limit = 2; })));
  EXPECT_TRUE(store().list_keys(tenant.id, with([](KeyQuery& q) { q.now.unix_ms += 5; })));
  EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument, store().list_keys(other.id, with([](KeyQuery&) {})));
  EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument, store().list_keys(tenant.id, with([](KeyQuery& q) { q.text = "x"; })));
  EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument,
                    store().list_keys(tenant.id, with([](KeyQuery& q) { q.sort = KeySort::kNicknameAscending; })));
  EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument,
                    store().list_keys(tenant.id, with([](KeyQuery& q) { q.status = KeyStatus::kActive; })));
  for (const char* junk :
       {"x", "====", "%00", "' OR 1=1", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument,
                      store().list_keys(tenant.id, with([&](KeyQuery& q) { q.cursor = junk; })));
  }
}

TEST_P(KeyStoreContract, ListKeys_LimitsAreChecked) {
  const Tenant tenant = stored_tenant();
  for (const int limit : {0, -1, 1001}) {
    EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument, store().list_keys(tenant.id, {.limit = limit, .now = now_}));
    EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument, store().list_tenants("", limit));
  }
  EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument,
                    store().list_keys(tenant.id, {.text = std::string(1025, 'x'), .now = now_}));
}

TEST_P(KeyStoreContract, ListKeys_FindsTextAnywhereInAnyCaseAndTakesItLiterally) {
  const Tenant tenant = stored_tenant();
  KeyRecord acme = make_key(tenant.id, "Acme SMS Partner");
  acme.key.contact_email = "Dana@acme.example";
  acme.key.hint = "lk_live_abc…WXYZ";
  KeyRecord odd = make_key(tenant.id, "50%_off\\");
  odd.key.contact_email = "o'neil@b.example";
  odd.key.hint = "lk_live_def…0000";
  ASSERT_TRUE(store().insert_key(acme, std::nullopt));
  ASSERT_TRUE(store().insert_key(odd, std::nullopt));
  const auto find = [&](std::string text) {
    return nicknames(all_pages(tenant.id, {.text = std::move(text), .limit = 1, .now = now_}));
  };
  const Names only_acme{"Acme SMS Partner"};
  const Names only_odd{"50%_off\\"};
  EXPECT_EQ(find("sms"), only_acme);
  EXPECT_EQ(find("DANA@"), only_acme);
  EXPECT_EQ(find("wxyz"), only_acme);
  EXPECT_EQ(find("…W"), only_acme);
  EXPECT_EQ(find(acme.key.id.to_string()), only_acme);
  EXPECT_EQ(find(acme.key.id.to_string().substr(20)), only_acme);
  EXPECT_EQ(find("%"), only_odd);
  EXPECT_EQ(find("_o"), only_odd);
  EXPECT_EQ(find("\\"), only_odd);
  EXPECT_EQ(find("o'n"), only_odd);
  EXPECT_EQ(find("lk_live").size(), 2u);
  EXPECT_EQ(find("key_").size(), 2u);
  EXPECT_TRUE(find("nowhere").empty());
}

TEST_P(KeyStoreContract, ListKeys_FiltersByAccessTypeAndExactNickname) {
  const Tenant tenant = stored_tenant();
  KeyRecord admin = make_key(tenant.id, "Reports");
  admin.key.access_type = "admin";
  ASSERT_TRUE(store().insert_key(admin, std::nullopt));
  stored_key(tenant.id, "reports");
  stored_key(tenant.id, "Reports 2");
  EXPECT_EQ(nicknames(all_pages(tenant.id, {.access_type = "admin", .now = now_})), Names{"Reports"});
  EXPECT_EQ(all_pages(tenant.id, {.nickname = "REPORTS", .limit = 1, .now = now_}).size(), 2u);
  EXPECT_EQ(all_pages(tenant.id, {.nickname = "Report", .now = now_}).size(), 0u);
  EXPECT_EQ(nicknames(all_pages(tenant.id, {.text = "ports 2", .access_type = "integrations", .now = now_})),
            Names{"Reports 2"});
}

TEST_P(KeyStoreContract, ListKeys_StatusIsJudgedAtTheGivenMomentAsTheDomainDoes) {
  const Tenant tenant = stored_tenant();
  const Instant end = now_.plus_ms(1'000'000);
  for (const KeyState state : {KeyState::kActive, KeyState::kDisabled, KeyState::kRevoked}) {
    for (const std::optional<Instant> expires : {std::optional<Instant>(), std::optional<Instant>(end)}) {
      KeyRecord record = make_key(tenant.id, fmt::format("{} {}", to_string(state), expires ? "ends" : "stays"));
      record.key.state = state;
      record.key.expires_at = expires;
      ASSERT_TRUE(store().insert_key(record, std::nullopt));
    }
  }
  for (const Instant now : {end.plus_ms(-1), end, end.plus_ms(1)}) {
    std::size_t sum = 0;
    for (const KeyStatus status :
         {KeyStatus::kActive, KeyStatus::kDisabled, KeyStatus::kExpired, KeyStatus::kRevoked}) {
      for (const KeySort sort : {KeySort::kCreatedDescending, KeySort::kNicknameAscending}) {
        const auto keys = all_pages(tenant.id, {.status = status, .sort = sort, .limit = 1, .now = now});
        for (const ApiKey& key : keys) EXPECT_EQ(key.status_at(now), status) << key.nickname;
        sum += keys.size();
      }
    }
    EXPECT_EQ(sum, 2 * 6u) << "every key has exactly one status";
  }
}

}  // namespace
}  // namespace latchkey::store
