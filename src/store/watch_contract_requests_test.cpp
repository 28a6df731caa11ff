// Requests of third parties for keys.
#include <atomic>
#include <thread>

#include "store/watch_contract_test.h"

namespace latchkey::store {
namespace {

AskedKey asked(std::string application = "Acme SMS") {
  return {
      .asker = "Sam Stranger",
      .organisation = "SMS Partner Ltd",
      .contact_email = "sam@partner.example",
      .application = std::move(application),
      .purpose = "Templates.\nAnd apps.",
      .restrictions = {.operations = {"GetChannelTemplates"}, .channels = {"505"}, .attributes = {}, .ip_ranges = {}}};
}

KeyRecord key_for(TenantId tenant, Instant now, Random& random) {
  KeyRecord record;
  record.key.id = KeyId::make(now, random);
  record.key.tenant = tenant;
  record.key.nickname = "Acme SMS";
  record.key.access_type = "integrations";
  record.key.created_at = record.key.updated_at = now;
  record.key.created_by = {ActorType::kOperator, UserId(), "operator"};
  record.secrets.push_back({1, credential::sha256(record.key.id.to_string()), now, std::nullopt});
  tell_secrets(record);
  return record;
}

TEST_P(WatchContract, KeyRequest_ComesBackAsItWasStored) {
  const KeyRequestRecord made = stored_request(ours);
  place().reopen();
  LK_MUST(const KeyRequestRecord found, requests().find_key_request(ours, made.id));
  EXPECT_EQ(found.token_hash, made.token_hash);
  EXPECT_EQ(found.access_type, made.access_type);
  EXPECT_EQ(found.note, made.note);
  EXPECT_EQ(found.created_at, made.created_at);
  EXPECT_EQ(found.created_by, made.created_by);
  EXPECT_EQ(found.expires_at, made.expires_at);
  EXPECT_EQ(found.state, KeyRequestState::kOpen);
  EXPECT_EQ(found.submissions, 0);
  EXPECT_FALSE(found.submitted_at || found.ended_at);
  EXPECT_TRUE(found.key.is_nil());
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, requests().find_key_request(theirs, made.id));
  EXPECT_FAILS_WITH(ErrorCode::kNotFound, requests().find_key_request(KeyRequestId::make(now, random)));
}

TEST_P(WatchContract, KeyRequestSubmitted_IsWrittenWithWhoIsToldOfIt) {
  const KeyRequestRecord made = stored_request(ours);
  ASSERT_TRUE(requests().submit_key_request(made.id, asked("First"), next_moment(),
                                            {.mails = {make_mail()}, .deliveries = {}}));
  ASSERT_TRUE(requests().submit_key_request(made.id, asked("Second"), next_moment(), {}));
  LK_MUST(const KeyRequestRecord found, requests().find_key_request(made.id));
  EXPECT_EQ(found.state, KeyRequestState::kSubmitted);
  EXPECT_EQ(found.submissions, 2);
  EXPECT_EQ(found.submitted_at, now);
  EXPECT_EQ(found.asked, asked("Second"));
  LK_MUST(const auto mails, outbox().due_mails(now.plus_ms(1000), 10));
  EXPECT_EQ(mails.size(), 1u);
}

TEST_P(WatchContract, KeyRequestSubmitted_NotAfterItsTimeNorTooOften) {
  const KeyRequestRecord made = stored_request(ours);
  const Notices told{.mails = {make_mail()}, .deliveries = {}};
  EXPECT_FAILS_WITH(ErrorCode::kConflict, requests().submit_key_request(made.id, asked(), made.expires_at, told));
  for (int i = 0; i < KeyRequestStore::kMaxSubmissions; ++i) {
    ASSERT_TRUE(requests().submit_key_request(made.id, asked(), next_moment(), {}));
  }
  EXPECT_FAILS_WITH(ErrorCode::kConflict, requests().submit_key_request(made.id, asked(), next_moment(), told));
  LK_MUST(const auto mails, outbox().due_mails(now.plus_ms(1000), 10));
  EXPECT_TRUE(mails.empty());
}

TEST_P(WatchContract, KeyRequest_EachStateLeadsWhereItMayAndNowhereElse) {
  const Actor by{ActorType::kOperator, UserId(), "operator"};
  const KeyRequestRecord withdrawn = stored_request(ours), declined = stored_request(ours);
  const auto end = [&](TenantId tenant, KeyRequestId id, KeyRequestState to) {
    return requests().end_key_request(tenant, id, to, now, by);
  };
  EXPECT_FAILS_WITH(ErrorCode::kConflict, end(theirs, withdrawn.id, KeyRequestState::kWithdrawn));
  EXPECT_FAILS_WITH(ErrorCode::kConflict, end(ours, declined.id, KeyRequestState::kDeclined));
  ASSERT_TRUE(end(ours, withdrawn.id, KeyRequestState::kWithdrawn));
  EXPECT_FAILS_WITH(ErrorCode::kConflict, end(ours, withdrawn.id, KeyRequestState::kWithdrawn));
  EXPECT_FAILS_WITH(ErrorCode::kConflict, requests().submit_key_request(withdrawn.id, asked(), now, {}));
  ASSERT_TRUE(requests().submit_key_request(declined.id, asked(), now, {}));
  EXPECT_FAILS_WITH(ErrorCode::kConflict, end(ours, declined.id, KeyRequestState::kWithdrawn));
  ASSERT_TRUE(end(ours, declined.id, KeyRequestState::kDeclined));
  EXPECT_FAILS_WITH(ErrorCode::kConflict, requests().submit_key_request(declined.id, asked(), now, {}));
  LK_MUST(const KeyRequestRecord found, requests().find_key_request(declined.id));
  EXPECT_EQ(found.state, KeyRequestState::kDeclined);
  EXPECT_EQ(found.ended_at, now);
  EXPECT_EQ(found.ended_by, by);
}

TEST_P(WatchContract, KeyRequestActivated_OneKeyForOneRequestHoweverManyTry) {
  const KeyRequestRecord made = stored_request(ours);
  EXPECT_FAILS_WITH(ErrorCode::kConflict,
                    place().keys().insert_key(key_for(ours, now, random), std::nullopt, {.request = made.id}));
  ASSERT_TRUE(requests().submit_key_request(made.id, asked(), next_moment(), {}));
  EXPECT_FAILS_WITH(ErrorCode::kConflict,
                    place().keys().insert_key(key_for(theirs, now, random), std::nullopt, {.request = made.id}));
  std::vector<KeyRecord> keys;
  for (int i = 0; i < 8; ++i) keys.push_back(key_for(ours, now, random));
  std::atomic<int> won{0};
  std::vector<std::thread> threads;
  for (const KeyRecord& record : keys) {
    threads.emplace_back([&] { won += place().keys().insert_key(record, std::nullopt, {.request = made.id}) ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, 1);
  LK_MUST(const KeyPage page, place().keys().list_keys(ours, {}));
  ASSERT_EQ(page.total, 1);
  LK_MUST(const KeyRequestRecord found, requests().find_key_request(made.id));
  EXPECT_EQ(found.state, KeyRequestState::kActivated);
  EXPECT_EQ(found.key, page.keys[0].id);
  EXPECT_EQ(found.ended_by, page.keys[0].created_by);
}

TEST_P(WatchContract, KeyRequestsListed_NewestFirstPageByPageWithinTheTenant) {
  std::vector<KeyRequestId> made;
  for (int i = 0; i < 5; ++i) made.push_back(stored_request(ours).id);
  stored_request(theirs);
  std::vector<KeyRequestId> listed;
  std::string cursor;
  do {
    LK_MUST(const KeyRequestPage page, requests().list_key_requests(ours, cursor, 2));
    for (const KeyRequestRecord& record : page.requests) listed.push_back(record.id);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  std::ranges::reverse(made);
  EXPECT_EQ(listed, made);
  LK_MUST(const KeyRequestPage page, requests().list_key_requests(ours, "", 2));
  EXPECT_FAILS_WITH(ErrorCode::kInvalidArgument, requests().list_key_requests(theirs, page.next_cursor, 2));
}

TEST_P(WatchContract, KeyRequests_AtMostAHundredWait_AndWhatEndedIsForgottenInTheEnd) {
  std::vector<KeyRequestId> made;
  for (int i = 0; i < KeyRequestStore::kMaxWaiting; ++i) made.push_back(stored_request(ours).id);
  EXPECT_FAILS_WITH(ErrorCode::kConflict, requests().insert_key_request(make_request(ours)));
  EXPECT_TRUE(requests().insert_key_request(make_request(theirs)));
  // Sent ones wait too; expired ones don't.
  ASSERT_TRUE(requests().submit_key_request(made[0], asked(), now, {}));
  EXPECT_FAILS_WITH(ErrorCode::kConflict, requests().insert_key_request(make_request(ours)));
  now = now.plus_ms(2 * 86'400'000);
  EXPECT_TRUE(requests().insert_key_request(make_request(ours)));
  for (int i = 0; i < KeyRequestStore::kMaxEnded + 5; ++i) {
    stored_request(ours);
    now = now.plus_ms(2 * 86'400'000);
  }
  stored_request(ours);
  std::size_t count = 0;
  std::string cursor;
  do {
    LK_MUST(const KeyRequestPage page, requests().list_key_requests(ours, cursor, 1000));
    count += page.requests.size();
    cursor = page.next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(count, KeyRequestStore::kMaxEnded + 2u);
  EXPECT_TRUE(requests().find_key_request(made[0]));
}

}  // namespace
}  // namespace latchkey::store
