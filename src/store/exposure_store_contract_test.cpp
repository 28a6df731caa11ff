#include "store/exposure_store_contract_test.h"

namespace latchkey::store {
namespace {

TEST_P(ExposureContract, WhatIsNotedIsThereAndIsCountedUp) {
  const KeyExposure first = seen(0xfedc'ba98'7654'3210, ExposureHow::kLeakReport, "https://git.example/a");
  EXPECT_TRUE(note(first).is_new);
  KeyExposure again = seen(first.secret, first.how, first.url);
  again.count = 4;
  EXPECT_FALSE(note(again).is_new);
  place().reopen();
  ASSERT_EQ(listed().size(), 1u);
  KeyExposure both = first;
  both.last_at = again.last_at;
  both.count = 5;
  EXPECT_EQ(listed().front(), both);
}

TEST_P(ExposureContract, SecretsWaysAndPlacesAreToldApart) {
  EXPECT_TRUE(note(seen(1)).is_new);
  EXPECT_TRUE(note(seen(2)).is_new);
  EXPECT_TRUE(note(seen(1, ExposureHow::kQuery)).is_new);
  EXPECT_TRUE(note(seen(1, ExposureHow::kPlainHttp)).is_new);
  EXPECT_TRUE(note(seen(1, ExposureHow::kLeakReport, "https://git.example/b")).is_new);
  EXPECT_EQ(listed().size(), 5u);
}

TEST_P(ExposureContract, AnotherTenantSeesNothing) {
  note(seen(1));
  EXPECT_TRUE(exposures().exposures_of(theirs, {&key, 1})->empty());
  KeyExposure nobodys = seen(2);
  nobodys.tenant = TenantId::make(now, random);
  const auto noted = exposures().note_exposure(nobodys);
  ASSERT_FALSE(noted);
  EXPECT_EQ(noted.error().code, ErrorCode::kNotFound);
}

TEST_P(ExposureContract, SomethingIsDoneAboutASecretOnce) {
  const KeyExposure leak = seen(1), query = seen(1, ExposureHow::kQuery), other = seen(2);
  for (const KeyExposure& each : {leak, query, other}) note(each);
  EXPECT_EQ(exposures().mark_acted(leak, ExposureAction::kRotated, now), true);
  EXPECT_EQ(exposures().mark_acted(leak, ExposureAction::kRevoked, now), false);
  EXPECT_EQ(exposures().mark_acted(query, ExposureAction::kRevoked, now), false);
  EXPECT_EQ(note(query).action, ExposureAction::kRotated) << "however it was exposed";
  EXPECT_EQ(note(other).action, ExposureAction::kNone) << "another secret";
  EXPECT_EQ(exposures().mark_acted(seen(3), ExposureAction::kRevoked, now), false) << "never noted";
  int acted = 0;
  for (const KeyExposure& each : listed()) {
    if (each.action == ExposureAction::kNone) continue;
    ++acted;
    EXPECT_EQ(each.acted_at, now.plus_ms(-1000)) << "when it was done";
  }
  EXPECT_EQ(acted, 1);
}

TEST_P(ExposureContract, ActsAreCountedByTenantAndWithoutWhatWasHeldBack) {
  const Instant before = now;
  std::uint64_t secret = 0;
  for (const ExposureAction action : {ExposureAction::kRotated, ExposureAction::kRevoked, ExposureAction::kHeldBack}) {
    const KeyExposure each = seen(++secret);
    note(each);
    EXPECT_EQ(exposures().mark_acted(each, action, now), true);
  }
  KeyExposure elsewhere = seen(9);
  elsewhere.tenant = theirs;
  elsewhere.key = KeyId::make(now, random);
  note(elsewhere);
  EXPECT_EQ(exposures().mark_acted(elsewhere, ExposureAction::kRotated, now), true);
  const auto acts = exposures().acts_since(ours, before);
  ASSERT_TRUE(acts);
  EXPECT_EQ(acts->of_tenant, 2);
  EXPECT_EQ(acts->of_all, 3);
  EXPECT_EQ(exposures().acts_since(ours, now)->of_all, 0);
}

TEST_P(ExposureContract, OfManyTheLatestAreKeptAndWhatWasDoneStays) {
  const KeyExposure acted = seen(1, ExposureHow::kQuery);
  note(acted);
  EXPECT_EQ(exposures().mark_acted(acted, ExposureAction::kRevoked, now), true);
  const KeyExposure oldest = seen(1, ExposureHow::kLeakReport, "https://git.example/0");
  note(oldest);
  for (int i = 1; i < ExposureStore::kMaxKept; ++i)
    note(seen(1, ExposureHow::kLeakReport, fmt::format("https://git.example/{}", i)));
  const auto kept = listed();
  EXPECT_EQ(kept.size(), static_cast<std::size_t>(ExposureStore::kMaxKept));
  EXPECT_TRUE(std::ranges::none_of(kept, [&](const KeyExposure& each) { return each.url == oldest.url; }));
  EXPECT_TRUE(std::ranges::any_of(kept, [](const KeyExposure& each) { return each.acted_at.has_value(); }));
}

}  // namespace
}  // namespace latchkey::store
