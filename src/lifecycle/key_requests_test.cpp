#include "lifecycle/key_requests.h"

#include <algorithm>
#include <thread>

#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

class LinksByMail final : public HandOverPlaces {
 public:
  bool mails_links() const override { return mails; }
  std::vector<Manager> managers_of(const Tenant&) const override { return {}; }
  std::optional<std::string> why_not(const Tenant&, const HandOver& target) const override {
    return target.kind == HandOverKind::kLink && mails ? std::nullopt : std::optional<std::string>("No.");
  }
  bool mails = true;
};

class KeyRequestsTest : public World {
 protected:
  void SetUp() override {
    World::SetUp();
    keys.emplace(*store, feed, *loaded.catalog, *peppers, credential::KeyFormat{}, clock, random, &places);
    requests.emplace(store->key_requests(), *store, store->webhooks(), *keys, *loaded.catalog, "https://keys.example",
                     clock, random, &places);
  }

  MadeKeyRequest made() { return *requests->make(tenant, {}, actor); }
  static AskForKey asked() {
    return {.asker = " Sam Stranger ",
            .organisation = "SMS Partner Ltd",
            .contact_email = "sam@partner.example",
            .application = "Template sync",
            .purpose = "We sync templates.\r\nNightly.",
            .restrictions = {
                .operations = {"GetChannelTemplates"}, .channels = {"505"}, .attributes = {}, .ip_ranges = {}}};
  }
  MadeKeyRequest submitted() {
    MadeKeyRequest request = made();
    EXPECT_TRUE(requests->submit(request.record.id, request.token.expose(), asked()));
    return request;
  }
  CreateKey draft() const {
    CreateKey key = request();
    key.contact_email = "sam@partner.example";
    key.hand_over = requests->usual_hand_over();
    return key;
  }
  User person(Role role, std::string email) {
    User user{UserId::make(clock.now(), random), tenant.id, std::move(email), "Somebody", role, clock.now()};
    EXPECT_TRUE(store->insert_user({user, "none"}));
    return user;
  }
  std::vector<store::PendingMail> mails() { return *store->outbox().due_mails(clock.now(), 100); }
  KeyRequestStatus status(KeyRequestId id) { return status_of(*requests->find(tenant.id, id), clock.now()); }
  std::int64_t key_count() { return store->list_keys(tenant.id, {.now = clock.now()})->total; }

  LinksByMail places;
  std::optional<KeyRequests> requests;
};

template <class T>
std::vector<std::string> pointers(const ChangeResult<T>& result) {
  std::vector<std::string> out;
  if (result) return out;
  for (const FieldError& field : result.error().fields) out.push_back(field.pointer);
  return out;
}

TEST_F(KeyRequestsTest, Link_CarriesItsTokenInTheFragmentAndOnlyTheDigestIsStored) {
  const MadeKeyRequest link = made();
  EXPECT_EQ(link.token.expose().size(), 64u);
  EXPECT_EQ(link.url,
            fmt::format("https://keys.example/request/{}#{}", link.record.id.to_string(), link.token.expose()));
  const auto stored = requests->find(tenant.id, link.record.id);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->token_hash, credential::sha256(link.token.expose()));
  EXPECT_EQ(stored->access_type, "integrations") << "found by what it takes";
  EXPECT_EQ(stored->expires_at, clock.now().plus_ms(kUsualRequestLifeS * 1000));
}

TEST_F(KeyRequestsTest, Make_RefusesWhatIsNotForThirdParties) {
  EXPECT_EQ(pointers(requests->make(tenant, {.note = "a\u202eb", .access_type = "admin", .life_seconds = 3599}, actor)),
            (std::vector<std::string>{"/note", "/access_type", "/life_seconds"}));
  EXPECT_EQ(pointers(requests->make(
                tenant, {.note = std::string(501, 'x'), .access_type = "nothing", .life_seconds = 2'592'001}, actor)),
            (std::vector<std::string>{"/note", "/access_type", "/life_seconds"}));
  EXPECT_TRUE(requests->make(tenant, {.note = "Two\nlines", .access_type = "integrations", .life_seconds = 3600},
                             actor));
}

TEST_F(KeyRequestsTest, WrongTokenAndWrongIdAreTheSame) {
  const MadeKeyRequest link = made();
  const auto wrong_token = requests->find(link.record.id, std::string(64, '0'));
  const auto wrong_id = requests->find(KeyRequestId::make(clock.now(), random), link.token.expose());
  ASSERT_FALSE(wrong_token || wrong_id);
  EXPECT_EQ(wrong_token.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(wrong_token.error().message, wrong_id.error().message);
  EXPECT_FALSE(requests->find(link.record.id, ""));
  EXPECT_EQ(requests->submit(link.record.id, "x", asked()).error().error.code, ErrorCode::kNotFound);
  EXPECT_EQ(status(link.record.id), KeyRequestStatus::kOpen);
}

TEST_F(KeyRequestsTest, Submit_StoresWhatWasWrittenTidied) {
  const MadeKeyRequest link = submitted();
  const auto record = requests->find(tenant.id, link.record.id);
  ASSERT_TRUE(record);
  EXPECT_EQ(status(link.record.id), KeyRequestStatus::kSubmitted);
  EXPECT_EQ(record->asked.asker, "Sam Stranger");
  EXPECT_EQ(record->asked.purpose, "We sync templates.\nNightly.");
  EXPECT_EQ(record->asked.restrictions.channels, std::vector<std::string>{"505"});
  EXPECT_EQ(key_count(), 0) << "asking makes nothing";
}

TEST_F(KeyRequestsTest, Submit_RefusesWhatDeceivesAndWhatIsNotOffered) {
  const MadeKeyRequest link = made();
  AskForKey bad = asked();
  bad.asker = "Sam\r\nBcc: all@acme.example";
  bad.organisation = "Acme \u202eLtd";
  bad.contact_email = "sam@partner.example\r\nBcc: x@y.example";
  bad.application = std::string(101, 'x');
  bad.purpose = "zero\u200bwidth";
  bad.restrictions = {.operations = {"GetChannelTemplates", "SendTransactionalMail", "Nothing"},
                      .channels = {"9"},
                      .attributes = {"Nope"},
                      .ip_ranges = {"10.0.0.1/8"}};
  EXPECT_EQ(pointers(requests->submit(link.record.id, link.token.expose(), bad)),
            (std::vector<std::string>{"/asker", "/organisation", "/contact_email", "/application", "/purpose",
                                      "/restrictions/operations/1", "/restrictions/operations/2",
                                      "/restrictions/channels/0", "/restrictions/attributes/0",
                                      "/restrictions/ip_ranges/0"}));
  AskForKey everything = asked();
  everything.restrictions.operations.clear();
  EXPECT_EQ(pointers(requests->submit(link.record.id, link.token.expose(), everything)),
            std::vector<std::string>{"/restrictions/operations"});
  EXPECT_EQ(status(link.record.id), KeyRequestStatus::kOpen);
  EXPECT_TRUE(mails().empty());
}

TEST_F(KeyRequestsTest, Submit_TellsWhoMadeTheLinkOrElseTheOwners) {
  const User owner = person(Role::kOwner, "owner@acme.example"), admin = person(Role::kAdmin, "dana@acme.example");
  const MadeKeyRequest by_operator = submitted();
  ASSERT_EQ(mails().size(), 1u);
  EXPECT_EQ(mails()[0].mail.recipient, "owner@acme.example");
  const MadeKeyRequest by_admin = *requests->make(tenant, {}, {ActorType::kUser, admin.id, admin.name});
  ASSERT_TRUE(requests->submit(by_admin.record.id, by_admin.token.expose(), asked()));
  ASSERT_EQ(mails().size(), 2u);
  const store::OutgoingMail mail = mails()[1].mail;
  EXPECT_EQ(mail.recipient, "dana@acme.example");
  EXPECT_EQ(mail.subject.find("Sam"), std::string::npos) << "nothing of a stranger in a header";
  EXPECT_NE(mail.text.find("sam@partner.example"), std::string::npos);
  EXPECT_NE(mail.text.find(by_admin.record.id.to_string()), std::string::npos);
  EXPECT_EQ(mail.text.find(by_admin.token.expose()), std::string::npos);
  EXPECT_EQ(mail.text.find("We sync templates"), std::string::npos);
  places.mails = false;
  ASSERT_TRUE(requests->submit(by_admin.record.id, by_admin.token.expose(), asked()));
  EXPECT_EQ(mails().size(), 2u);
}

TEST_F(KeyRequestsTest, Submit_CorrectsUntilSomebodyAnswersOrItsTimeIsOver) {
  const MadeKeyRequest link = submitted();
  AskForKey corrected = asked();
  corrected.contact_email = "right@partner.example";
  ASSERT_TRUE(requests->submit(link.record.id, link.token.expose(), corrected));
  EXPECT_EQ(requests->find(tenant.id, link.record.id)->asked.contact_email, "right@partner.example");
  clock.advance_ms(kUsualRequestLifeS * 1000);
  EXPECT_EQ(requests->submit(link.record.id, link.token.expose(), asked()).error().error.code, ErrorCode::kConflict);
  EXPECT_EQ(status(link.record.id), KeyRequestStatus::kSubmitted) << "it waits for its answer";
  ASSERT_TRUE(requests->decline(tenant.id, link.record.id, actor));
  const auto refused = requests->submit(link.record.id, link.token.expose(), asked());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().error.message.find("declined"), std::string::npos);
}

TEST_F(KeyRequestsTest, WithdrawAndDecline_AreIdempotentAndEachForItsState) {
  const MadeKeyRequest open = made(), sent = submitted();
  EXPECT_EQ(requests->decline(tenant.id, open.record.id, actor).error().code, ErrorCode::kConflict);
  EXPECT_EQ(requests->withdraw(tenant.id, sent.record.id, actor).error().code, ErrorCode::kConflict);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(requests->withdraw(tenant.id, open.record.id, actor));
    EXPECT_TRUE(requests->decline(tenant.id, sent.record.id, actor));
  }
  EXPECT_EQ(status(open.record.id), KeyRequestStatus::kWithdrawn);
  EXPECT_EQ(status(sent.record.id), KeyRequestStatus::kDeclined);
  const TenantId another = TenantId::make(clock.now(), random);
  EXPECT_EQ(requests->withdraw(another, open.record.id, actor).error().code, ErrorCode::kNotFound);
  for (const KeyRequestId id : {open.record.id, sent.record.id}) {
    EXPECT_EQ(requests->activate(tenant, id, draft(), actor).error().error.code, ErrorCode::kConflict);
  }
  EXPECT_EQ(key_count(), 0);
}

TEST_F(KeyRequestsTest, Expired_TakesNothing) {
  const MadeKeyRequest link = *requests->make(tenant, {.note = "", .access_type = {}, .life_seconds = 3600}, actor);
  clock.advance_ms(3'600'000);
  EXPECT_EQ(status(link.record.id), KeyRequestStatus::kExpired);
  EXPECT_EQ(requests->submit(link.record.id, link.token.expose(), asked()).error().error.code, ErrorCode::kConflict);
}

TEST_F(KeyRequestsTest, Activate_MakesWhatTheAdminSaysAndMailsItToTheContact) {
  const MadeKeyRequest link = submitted();
  CreateKey trimmed_draft = draft();
  trimmed_draft.restrictions = {
      .operations = {"GetChannelTemplates"}, .channels = {"505"}, .attributes = {}, .ip_ranges = {"203.0.113.0/24"}};
  const auto made_key = requests->activate(tenant, link.record.id, trimmed_draft, actor);
  ASSERT_TRUE(made_key) << made_key.error().error.message;
  EXPECT_TRUE(made_key->secret.empty());
  EXPECT_EQ(made_key->key.restrictions.ip_ranges.size(), 1u);
  const auto hand_overs = store->hand_overs().hand_overs(tenant.id, made_key->key.id);
  ASSERT_TRUE(hand_overs && hand_overs->size() == 1);
  EXPECT_EQ(hand_overs->front().recipient, "sam@partner.example");
  EXPECT_EQ(status(link.record.id), KeyRequestStatus::kActivated);
  EXPECT_EQ(requests->find(tenant.id, link.record.id)->key, made_key->key.id);
}

TEST_F(KeyRequestsTest, Activate_WithMistakesLeavesItWaiting) {
  const MadeKeyRequest link = submitted(), open = made();
  CreateKey other_type = draft();
  other_type.access_type = "admin";
  EXPECT_EQ(pointers(requests->activate(tenant, link.record.id, other_type, actor)),
            std::vector<std::string>{"/access_type"});
  CreateKey nameless = draft();
  nameless.nickname = "";
  EXPECT_EQ(pointers(requests->activate(tenant, link.record.id, nameless, actor)),
            std::vector<std::string>{"/nickname"});
  EXPECT_EQ(status(link.record.id), KeyRequestStatus::kSubmitted);
  EXPECT_EQ(requests->activate(tenant, open.record.id, draft(), actor).error().error.code, ErrorCode::kConflict);
  EXPECT_EQ(key_count(), 0);
}

TEST_F(KeyRequestsTest, Activate_WithoutMailIsShownToTheAdmin) {
  places.mails = false;
  const MadeKeyRequest link = submitted();
  const auto made_key = requests->activate(tenant, link.record.id, draft(), actor);
  ASSERT_TRUE(made_key);
  EXPECT_FALSE(made_key->secret.empty());
}

TEST_F(KeyRequestsTest, Activate_ManyAtOnceMakeOneKey) {
  const MadeKeyRequest link = submitted();
  std::atomic<int> made_keys{0}, replays{0};
  std::vector<std::thread> threads;
  std::vector<KeyId> ids(8);
  for (KeyId& id : ids) {
    threads.emplace_back([&] {
      const auto result = requests->activate(tenant, link.record.id, draft(), actor);
      if (!result) return;
      id = result->key.id;
      ++(result->replayed ? replays : made_keys);
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(made_keys, 1);
  EXPECT_EQ(replays, 7);
  EXPECT_TRUE(std::ranges::all_of(ids, [&](KeyId id) { return id == ids[0]; }));
  EXPECT_EQ(key_count(), 1);
  EXPECT_EQ(feed.position, *store->last_sequence());
}

}  // namespace
}  // namespace latchkey::lifecycle
