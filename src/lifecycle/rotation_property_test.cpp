// The life of a key against a model, by random sequences of every operation and of time: which of its secrets works when, what
// each operation answers, and that an active key is never without one that works.
#include <gtest/gtest.h>

#include <map>

#include "lifecycle/rotations.h"
#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

constexpr std::int64_t kHour = 3'600'000;

class UsedSecrets final : public SecretUses {
 public:
  Result<std::optional<Instant>> last_use(TenantId, KeyId, std::uint64_t secret) override {
    const auto found = at.find(secret);
    return found == at.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<std::uint64_t, Instant> at;
};

class AnyPlace final : public HandOverPlaces {
 public:
  bool mails_links() const override { return true; }
  std::vector<Manager> managers_of(const Tenant&) const override { return {}; }
  std::optional<std::string> why_not(const Tenant&, const HandOver&) const override { return std::nullopt; }
};

// What the documents say of a key, in as few words as possible: when each secret ends, and which are the old and the new one.
struct Model {
  static constexpr std::int64_t kNever = INT64_MAX;
  std::map<std::uint64_t, std::int64_t> ends;
  std::optional<std::uint64_t> old;  // while two work, or did when somebody last looked
  std::uint64_t current = 0;         // the new one, while two work
  RotationFinish finish = RotationFinish::kAtEnd;
  std::int64_t overlap_ms = 0;
  bool delivering = false;
  KeyState state = KeyState::kActive;
  bool deleted = false;
  std::int64_t deleted_ms = 0;
  std::int64_t generation = 1;

  bool rotates(std::int64_t now) const { return old && ends.at(*old) > now; }
  bool changeable() const { return !deleted && state != KeyState::kRevoked; }
  // The one that is left goes on alone, without an end.
  void end(std::uint64_t secret, std::int64_t now) {
    ends[secret] = now;
    if (secret == current) current = *old;
    ends[current] = kNever;
    old.reset();
    delivering = false;
  }
};

class RotationProperty : public World {
 protected:
  void SetUp() override {
    World::SetUp();
    keys.emplace(*store, feed, *loaded.catalog, *peppers, credential::KeyFormat{}, clock, random, &places);
    rotations.emplace(*store, feed, *peppers, credential::KeyFormat{}, clock, random, uses, &places);
  }

  void begin(std::uint64_t seed) {
    choices.emplace(seed);
    uses.at.clear();
    const CreatedKey made = created();
    id = made.key.id;
    model = {};
    model.current = made.key.secrets.front().number;
    model.ends[model.current] = Model::kNever;
  }

  std::int64_t now() const { return clock.now().unix_ms; }
  std::uint64_t below(std::uint64_t bound) { return choices->next() % bound; }
  template <class T>
  T one_of(std::initializer_list<T> list) {
    return *(list.begin() + below(list.size()));
  }

  void rotate() {
    RotateKey request;
    request.overlap_ms = one_of<std::int64_t>({0, 1, kHour, 24 * kHour});
    request.finish = one_of({RotationFinish::kAtEnd, RotationFinish::kOnFirstUse});
    const bool goes_elsewhere = below(3) == 0;
    request.hand_over = goes_elsewhere ? HandOver{HandOverKind::kSecretManager, "corp", "x"} : HandOver{};
    const auto rotated = rotations->rotate(tenant, id, request, std::nullopt);
    const bool both_in_use = model.rotates(now()) && uses.at.contains(model.current);
    ASSERT_EQ(rotated.has_value(), model.changeable() && !both_in_use);
    if (!rotated) return;
    ASSERT_EQ(rotated->secret.empty(), goes_elsewhere);
    const std::uint64_t old = model.rotates(now()) ? *model.old : model.current;
    if (model.rotates(now())) model.ends[model.current] = now();  // replaced before anybody used it
    const bool end_is_known = request.finish == RotationFinish::kAtEnd && !goes_elsewhere;
    model.ends[old] = end_is_known ? now() + *request.overlap_ms : Model::kNever;
    model.old = old;
    model.current = rotated->key.secrets.back().number;
    model.ends[model.current] = Model::kNever;
    model.finish = request.finish;
    model.overlap_ms = *request.overlap_ms;
    model.delivering = goes_elsewhere;
    ++model.generation;
  }

  void finish() {
    const auto changed = rotations->finish(tenant.id, id, std::nullopt);
    ASSERT_EQ(changed.has_value(), model.changeable() && !(model.rotates(now()) && model.delivering));
    if (changed && model.rotates(now())) model.ends[*model.old] = now();
  }

  void cancel() {
    const auto changed = rotations->cancel(tenant.id, id, std::nullopt);
    ASSERT_EQ(changed.has_value(), model.changeable() && model.rotates(now()));
    if (changed) model.end(model.current, now());
  }

  void revoke_any_secret() {
    auto any = model.ends.begin();
    std::advance(any, static_cast<std::ptrdiff_t>(below(model.ends.size())));
    const auto [secret, end] = *any;
    const auto listed = stored(id).key.secrets;
    const bool is_listed = std::ranges::find(listed, secret, &KeySecret::number) != listed.end();
    const bool works = end > now();
    const auto changed = rotations->revoke_secret(tenant.id, id, secret, std::nullopt);
    ASSERT_EQ(changed.has_value(), model.changeable() && is_listed && (!works || model.rotates(now())));
    if (changed && works) model.end(secret, now());
  }

  void deliver() {
    ASSERT_TRUE(rotations->delivered(tenant.id, id, model.generation));
    if (!model.old || !model.delivering) return;
    model.delivering = false;
    if (model.finish == RotationFinish::kAtEnd) model.ends[*model.old] = now() + model.overlap_ms;
  }

  void use_the_new_one() {
    uses.at[model.current] = clock.now();
    ASSERT_TRUE(rotations->used(tenant.id, id, clock.now()));
    const bool waited = model.rotates(now()) && !model.delivering && model.finish == RotationFinish::kOnFirstUse &&
                        model.ends[*model.old] == Model::kNever;
    if (waited) model.ends[*model.old] = now() + model.overlap_ms;
  }

  void disable_or_enable() {
    const bool disable = below(3) == 0;
    const auto changed =
        disable ? keys->disable(tenant.id, id, std::nullopt) : keys->enable(tenant.id, id, std::nullopt);
    ASSERT_EQ(changed.has_value(), model.changeable());
    if (changed) model.state = disable ? KeyState::kDisabled : KeyState::kActive;
  }

  void remove() {
    ASSERT_TRUE(rotations->remove(tenant.id, id, std::nullopt));
    if (!model.deleted) model.deleted_ms = now();
    model.deleted = true;
  }

  void restore() {
    const auto changed = rotations->restore(tenant.id, id, std::nullopt);
    ASSERT_EQ(changed.has_value(), !model.deleted || now() < model.deleted_ms + ApiKey::kRestorableMs);
    if (!changed || !model.deleted) return;
    model.deleted = false;
    // Its new secret never got anywhere.
    if (model.rotates(now()) && model.delivering) model.end(model.current, now());
  }

  void expire_later() {
    const Instant end = clock.now().plus_ms(static_cast<std::int64_t>(1 + below(72)) * kHour);
    const auto changed =
        keys->update(tenant, id, {.nickname = {}, .contact_email = {}, .restrictions = {}, .expires_at = end},
                     std::nullopt);
    ASSERT_EQ(changed.has_value(), model.changeable());
    if (changed) {
      ASSERT_EQ(changed->expires_at, end);
    }
  }

  void revoke() {
    const auto changed = keys->revoke(tenant.id, id, std::nullopt);
    ASSERT_EQ(changed.has_value(), !model.deleted);
    if (changed) model.state = KeyState::kRevoked;
  }

  void step() {
    switch (below(15)) {
      case 0:
      case 1:
      case 2: return rotate();
      case 3: return finish();
      case 4: return cancel();
      case 5: return revoke_any_secret();
      case 6: return deliver();
      case 7: return use_the_new_one();
      case 8: ASSERT_TRUE(rotations->tidy(tenant.id, id)); return;
      case 9: return disable_or_enable();
      case 10: return remove();
      case 11: return restore();
      case 12: return expire_later();
      case 13:
        if (below(12) == 0) revoke();  // it ends the life
        return;
      default: clock.advance_ms(one_of<std::int64_t>({1, kHour, 25 * kHour, 8 * 24 * kHour})); return;
    }
  }

  // What the stored record says of its secrets is what the registry and the check read.
  void compare() {
    const store::KeyRecord record = stored(id);
    ASSERT_TRUE(seal_is_valid(record, *peppers));
    ASSERT_EQ(record.key.state, model.state);
    ASSERT_EQ(record.key.deleted_at.has_value(), model.deleted);
    ASSERT_EQ(record.key.generation, model.generation);
    ASSERT_EQ(record.key.rotates_at(clock.now()), model.rotates(now()));
    std::map<std::uint64_t, std::int64_t> working, expected;
    for (const KeySecret& secret : record.key.secrets) {
      const std::int64_t end = secret.valid_until ? secret.valid_until->unix_ms : Model::kNever;
      if (end > now()) working[secret.number] = end;
    }
    for (const auto& [secret, end] : model.ends) {
      if (end > now()) expected[secret] = end;
    }
    ASSERT_EQ(working, expected);
    ASSERT_FALSE(working.empty()) << "a key is never without a secret that works";
    ASSERT_LE(working.size(), 2u);
    ASSERT_EQ(record.key.secrets.back().number, model.current);
    ASSERT_LE(record.secrets.size(), kMaxEndedSecrets + 2);
  }

  AnyPlace places;
  UsedSecrets uses;
  std::optional<Rotations> rotations;
  std::optional<SeededRandom> choices;
  KeyId id;
  Model model;
};

TEST_F(RotationProperty, EverySequenceOfOperationsAndTimeDoesWhatTheModelSays) {
  constexpr int kLives = 60, kSteps = 60;
  for (int life = 1; life <= kLives; ++life) {
    begin(static_cast<std::uint64_t>(life));
    for (int at = 0; at < kSteps; ++at) {
      SCOPED_TRACE(fmt::format("life {}, step {}", life, at));
      step();
      if (!HasFatalFailure()) compare();
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace latchkey::lifecycle
