#include "lifecycle/people.h"

#include <sodium.h>

#include <set>
#include <thread>

#include "lifecycle/operator_keys.h"
#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

class PeopleTest : public World {
 protected:
  void SetUp() override {
    World::SetUp();
    people.emplace(*store, clock, random);
  }
  CreateUser dana(const char* password = "four words that differ") {
    return {.email = "Dana@acme.example", .name = "", .role = Role::kOwner, .password = Secret::copy_of(password)};
  }
  Secret sign_in() {
    auto signed_in = people->sign_in("dana@acme.example", Secret::copy_of("four words that differ"));
    EXPECT_TRUE(signed_in);
    return std::move(signed_in->token);
  }
  std::optional<People> people;
};

TEST_F(PeopleTest, CreatedPerson_SignsInWithTheirEmailInAnyCase) {
  const auto made = people->create(tenant.id, dana());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->user.name, "Dana");
  EXPECT_EQ(made->user.role, Role::kOwner);
  EXPECT_TRUE(made->password.empty()) << "a password that was given is not repeated";
  const auto signed_in = people->sign_in(" dana@ACME.example\n", Secret::copy_of("four words that differ"));
  ASSERT_TRUE(signed_in);
  EXPECT_EQ(signed_in->session.user.id, made->user.id);
  EXPECT_EQ(signed_in->token.size(), 43u);
  EXPECT_GE(signed_in->session.csrf_token.size(), 22u);
  const auto session = people->find_session(signed_in->token.expose());
  ASSERT_TRUE(session);
  EXPECT_EQ(session->user.email, "Dana@acme.example");
  EXPECT_EQ(session->csrf_token, signed_in->session.csrf_token);
}

TEST_F(PeopleTest, MadePassword_IsStrongReadableAndWorks) {
  CreateUser request = dana();
  request.password.reset();
  const auto made = people->create(tenant.id, std::move(request));
  ASSERT_TRUE(made);
  ASSERT_EQ(made->password.size(), 29u);
  EXPECT_TRUE(people->sign_in("dana@acme.example", made->password));
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const Secret password = generate_password(random);
    EXPECT_TRUE(seen.insert(std::string(password.expose())).second);
    EXPECT_EQ(password.expose().find_first_of("il01o"), std::string_view::npos);
  }
}

TEST_F(PeopleTest, SignIn_SaysTheSameForAnUnknownEmailAndAWrongPassword) {
  ASSERT_TRUE(people->create(tenant.id, dana()));
  const auto wrong = people->sign_in("dana@acme.example", Secret::copy_of("four words that diffeR"));
  const auto unknown = people->sign_in("nobody@acme.example", Secret::copy_of("four words that differ"));
  const auto oversized = people->sign_in(std::string(100'000, 'a'), Secret::copy_of(std::string(100'000, 'a')));
  for (const auto* failed : {&wrong, &unknown, &oversized}) {
    ASSERT_FALSE(*failed);
    EXPECT_EQ(failed->error().code, ErrorCode::kUnauthenticated);
    EXPECT_EQ(failed->error().message, wrong.error().message);
  }
}

TEST_F(PeopleTest, NobodysHash_CostsAsMuchAsAnyOther) {
  const Passwords passwords;
  EXPECT_EQ(crypto_pwhash_str_needs_rehash(passwords.nobodys_hash().c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                           crypto_pwhash_MEMLIMIT_INTERACTIVE),
            0)
      << "well formed, with the parameters of real ones";
}

TEST_F(PeopleTest, Passwords_ManyAtOnceAllGetTheirTurn) {
  Passwords passwords;
  const auto hash = passwords.hash(Secret::copy_of("right"));
  ASSERT_TRUE(hash);
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      const auto verified = passwords.verify(*hash, Secret::copy_of(i % 2 == 0 ? "right" : "wrong"));
      EXPECT_TRUE(verified);
      if (verified && *verified) ++right;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 3);
}

TEST_F(PeopleTest, Create_ReportsEveryMistake) {
  CreateUser bad{
      .email = "dana\r\n@x", .name = std::string(101, 'x'), .role = Role::kAdmin, .password = Secret::copy_of("short")};
  const auto made = people->create(tenant.id, std::move(bad));
  ASSERT_FALSE(made);
  ASSERT_EQ(made.error().fields.size(), 3u);
  EXPECT_EQ(made.error().fields[0].pointer, "/email");
  EXPECT_EQ(made.error().fields[1].pointer, "/name");
  EXPECT_EQ(made.error().fields[2].pointer, "/password");
}

TEST_F(PeopleTest, Create_OfATakenEmailIsAConflict) {
  ASSERT_TRUE(people->create(tenant.id, dana()));
  const auto again = people->create(tenant.id, dana());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().error.code, ErrorCode::kConflict);
}

TEST_F(PeopleTest, Session_SlidesWhileUsedAndEndsWhenIdle) {
  ASSERT_TRUE(people->create(tenant.id, dana()));
  const Secret token = sign_in();
  for (int i = 0; i < 10; ++i) {
    clock.advance_ms(kSessionIdleMs - 1);
    const auto session = people->find_session(token.expose());
    ASSERT_TRUE(session);
    EXPECT_EQ(session->expires_at, clock.now().plus_ms(kSessionIdleMs));
  }
  clock.advance_ms(kSessionIdleMs);
  const auto ended = people->find_session(token.expose());
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, ErrorCode::kUnauthenticated);
}

TEST_F(PeopleTest, Session_EndsAfterSevenDaysHoweverBusy) {
  ASSERT_TRUE(people->create(tenant.id, dana()));
  const Instant start = clock.now();
  const Secret token = sign_in();
  constexpr std::int64_t kHourMs = 3'600'000;
  while (clock.now() < start.plus_ms(kSessionMaxMs - kHourMs)) {
    clock.advance_ms(kHourMs);
    ASSERT_TRUE(people->find_session(token.expose()));
  }
  clock.advance_ms(kHourMs - 1);
  EXPECT_TRUE(people->find_session(token.expose()));
  clock.advance_ms(1);
  EXPECT_FALSE(people->find_session(token.expose()));
}

TEST_F(PeopleTest, Session_IsWrittenAtMostOnceAMinute) {
  ASSERT_TRUE(people->create(tenant.id, dana()));
  const Secret token = sign_in();
  const auto before = store->transactions();
  clock.advance_ms(kSessionTouchMs - 1);
  ASSERT_TRUE(people->find_session(token.expose()));
  EXPECT_EQ(store->transactions(), before);
  clock.advance_ms(1);
  ASSERT_TRUE(people->find_session(token.expose()));
  EXPECT_EQ(store->transactions(), before + 1);
}

TEST_F(PeopleTest, SignOut_EndsTheSessionAndCanBeRepeated) {
  ASSERT_TRUE(people->create(tenant.id, dana()));
  const Secret token = sign_in();
  const Secret other = sign_in();
  EXPECT_TRUE(people->sign_out(token.expose()));
  EXPECT_TRUE(people->sign_out(token.expose()));
  EXPECT_FALSE(people->find_session(token.expose()));
  EXPECT_TRUE(people->find_session(other.expose()));
  for (const char* junk : {"", "x", "../../etc"}) EXPECT_FALSE(people->find_session(junk));
}

TEST_F(PeopleTest, OperatorKey_IsKnownAgainAndNothingElseIs) {
  OperatorKeys operators(*store, *peppers, clock, random);
  const auto made = operators.create();
  ASSERT_TRUE(made);
  const auto actor_found = operators.authenticate(made->expose());
  ASSERT_TRUE(actor_found);
  EXPECT_EQ(actor_found->type, ActorType::kOperator);
  // One that another process made is found too.
  OperatorKeys others(*store, *peppers, clock, random);
  const auto second = others.create();
  EXPECT_TRUE(operators.authenticate(second->expose()));

  const Secret unknown = credential::generate(credential::operator_key_format(), random);
  const CreatedKey api_key = created();
  for (const std::string_view bad : {unknown.expose(), api_key.secret.expose(), std::string_view("")}) {
    const auto refused = operators.authenticate(bad);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated);
  }
}

}  // namespace
}  // namespace latchkey::lifecycle
