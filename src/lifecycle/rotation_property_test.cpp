// The life of a key against a model, by random sequences of every operation and of time: which of its secrets works when, what
// each operation answers, and that an active key is never without one that works.
#include <gtest/gtest.h>

#include <map>

#include "lifecycle/rotations.h"
#include "lifecycle/world_test.h"

namespace latchkey::lifecycle {
namespace {

class UsedSecrets final : public SecretUses {
 public:
  Result<std::optional<Instant>> last_use(TenantId, KeyId, std::uint64_t secret) override {
    const auto found = at.find(secret);
    return found == at.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<std::uint64_t, Instant> at;
};

class OnePlace final : public HandOverPlaces {
 public:
  bool mails_links() const override { return true; }
  std::vector<Manager> managers_of(const Tenant&) const override { return {}; }
  std::optional<std::string> why_not(const Tenant&, const HandOver&) const override { return std::nullopt; }
};

// What the documents say of a key, in as few words as possible: when each secret ends, and who is the old and who the new one.
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
  std::int64_t expires_ms = kNever;

  bool rotates(std::int64_t now) const { return old && ends.at(*old) > now; }
  bool changeable() const { return !deleted && state != KeyState::kRevoked; }
  bool works(std::uint64_t secret, std::int64_t now) const {
    return !deleted && state == KeyState::kActive && now < expires_ms && ends.contains(secret) && ends.at(secret) > now;
  }
};

class RotationProperty : public World {
 protected:
  void SetUp() override {
    World::SetUp();
    keys.emplace(*store, feed, *loaded.catalog, *peppers, credential::KeyFormat{}, clock, random, &places);
    rotations.emplace(*store, feed, *peppers, credential::KeyFormat{}, clock, random, uses, &places);
  }

  std::int64_t now() const { return clock.now().unix_ms; }

  // What the stored record says of its secrets: as the registry and the check read it.
  void compare(KeyId id, const Model& model, int step) {
    const store::KeyRecord record = stored(id);
    ASSERT_TRUE(seal_is_valid(record, *peppers)) << step;
    ASSERT_EQ(record.key.state, model.state) << step;
    ASSERT_EQ(record.key.deleted_at.has_value(), model.deleted) << step;
    ASSERT_EQ(record.key.generation, model.generation) << step;
    ASSERT_EQ(record.key.rotates_at(clock.now()), model.rotates(now())) << step;
    std::map<std::uint64_t, std::int64_t> working;
    for (const KeySecret& secret : record.key.secrets) {
      if (!secret.valid_until || clock.now() < *secret.valid_until) {
        working[secret.number] = secret.valid_until ? secret.valid_until->unix_ms : Model::kNever;
      }
    }
    std::map<std::uint64_t, std::int64_t> expected;
    for (const auto& [secret, end] : model.ends) {
      if (end > now()) expected[secret] = end;
    }
    ASSERT_EQ(working, expected) << step;
    ASSERT_FALSE(working.empty()) << step << ": a key is never without a secret that works";
    ASSERT_LE(working.size(), 2u) << step;
    ASSERT_EQ(record.key.secrets.back().number, model.current) << step;
    ASSERT_EQ(record.secrets.size(), record.key.secrets.size()) << step;
    ASSERT_LE(record.secrets.size(), kMaxEndedSecrets + 2) << step;
  }

  OnePlace places;
  UsedSecrets uses;
  std::optional<Rotations> rotations;
};

class RandomLife {
 public:
  explicit RandomLife(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t bound) { return random_.next() % bound; }
  template <class T>
  T one_of(std::initializer_list<T> choices) {
    return *(choices.begin() + below(choices.size()));
  }

 private:
  SeededRandom random_;
};

constexpr std::int64_t kHour = 3'600'000;

TEST_F(RotationProperty, EverySequenceOfOperationsAndTimeDoesWhatTheModelSays) {
  constexpr int kLives = 60, kSteps = 60;
  for (int life = 0; life < kLives; ++life) {
    SCOPED_TRACE(life);
    RandomLife choose(static_cast<std::uint64_t>(life) + 1);
    const CreatedKey made = created();
    const KeyId id = made.key.id;
    Model model;
    model.current = made.key.secrets.front().number;
    model.ends[model.current] = Model::kNever;
    uses.at.clear();
    for (int step = 0; step < kSteps; ++step) {
      const std::int64_t at = now();
      switch (choose.below(14)) {
        case 0:
        case 1:
        case 2: {  // rotate
          RotateKey request;
          request.overlap_ms = choose.one_of<std::int64_t>({0, 1, kHour, 24 * kHour});
          request.finish = choose.one_of({RotationFinish::kAtEnd, RotationFinish::kOnFirstUse});
          const bool stored_elsewhere = choose.below(3) == 0;
          request.hand_over = stored_elsewhere ? HandOver{HandOverKind::kSecretManager, "corp", "x"} : HandOver{};
          const auto rotated = rotations->rotate(tenant, id, request, std::nullopt);
          const bool both_in_use = model.rotates(at) && uses.at.contains(model.current);
          ASSERT_EQ(rotated.has_value(), model.changeable() && !both_in_use) << step;
          if (!rotated) break;
          ASSERT_EQ(rotated->secret.empty(), stored_elsewhere) << step;
          if (model.rotates(at)) model.ends[model.current] = at;  // replaced before anybody used it
          const std::uint64_t old = model.rotates(at) ? *model.old : model.current;
          model.current = rotated->key.secrets.back().number;
          model.ends[model.current] = Model::kNever;
          model.finish = request.finish;
          model.overlap_ms = *request.overlap_ms;
          model.delivering = stored_elsewhere;
          ++model.generation;
          const bool end_known = request.finish == RotationFinish::kAtEnd && !stored_elsewhere;
          model.ends[old] = end_known ? at + *request.overlap_ms : Model::kNever;
          model.old = old;
          break;
        }
        case 3: {  // finish
          const auto changed = rotations->finish(tenant.id, id, std::nullopt);
          ASSERT_EQ(changed.has_value(), model.changeable() && !(model.rotates(at) && model.delivering)) << step;
          if (changed && model.rotates(at)) model.ends[*model.old] = at;
          break;
        }
        case 4: {  // cancel
          const auto changed = rotations->cancel(tenant.id, id, std::nullopt);
          ASSERT_EQ(changed.has_value(), model.changeable() && model.rotates(at)) << step;
          if (!changed) break;
          model.ends[model.current] = at;
          model.current = *model.old;
          model.ends[model.current] = Model::kNever;
          model.old.reset();
          model.delivering = false;
          break;
        }
        case 5: {  // revoke one of the secrets
          auto any = model.ends.begin();
          std::advance(any, static_cast<std::ptrdiff_t>(choose.below(model.ends.size())));
          const std::uint64_t secret = any->first;
          const auto known = stored(id).key.secrets;
          const bool still_listed = std::ranges::find(known, secret, &KeySecret::number) != known.end();
          const bool works = any->second > at;
          const auto changed = rotations->revoke_secret(tenant.id, id, secret, std::nullopt);
          ASSERT_EQ(changed.has_value(), model.changeable() && still_listed && (!works || model.rotates(at))) << step;
          if (!changed || !works) break;
          model.ends[secret] = at;
          if (secret == model.current) model.current = *model.old;
          model.ends[model.current] = Model::kNever;
          model.old.reset();
          model.delivering = false;
          break;
        }
        case 6: {  // a secret manager has it
          const auto changed = rotations->delivered(tenant.id, id, model.generation);
          ASSERT_TRUE(changed) << step;
          if (!model.old || !model.delivering) break;
          model.delivering = false;
          if (model.finish == RotationFinish::kAtEnd) model.ends[*model.old] = at + model.overlap_ms;
          break;
        }
        case 7: {  // the new one is used
          uses.at[model.current] = clock.now();
          const auto changed = rotations->used(tenant.id, id, clock.now());
          ASSERT_TRUE(changed) << step;
          const bool waited = model.rotates(at) && !model.delivering && model.finish == RotationFinish::kOnFirstUse &&
                              model.ends[*model.old] == Model::kNever;
          if (waited) model.ends[*model.old] = at + model.overlap_ms;
          break;
        }
        case 8: {
          ASSERT_TRUE(rotations->tidy(tenant.id, id)) << step;
          break;
        }
        case 9: {  // disable or enable
          const bool disable = choose.below(3) == 0;
          const auto changed =
              disable ? keys->disable(tenant.id, id, std::nullopt) : keys->enable(tenant.id, id, std::nullopt);
          ASSERT_EQ(changed.has_value(), model.changeable()) << step;
          if (changed) model.state = disable ? KeyState::kDisabled : KeyState::kActive;
          break;
        }
        case 10: {  // delete or restore
          if (choose.below(2) == 0) {
            ASSERT_TRUE(rotations->remove(tenant.id, id, std::nullopt)) << step;
            if (!model.deleted) model.deleted_ms = at;
            model.deleted = true;
            break;
          }
          const auto changed = rotations->restore(tenant.id, id, std::nullopt);
          const bool too_late = model.deleted && at >= model.deleted_ms + ApiKey::kRestorableMs;
          ASSERT_EQ(changed.has_value(), !too_late) << step;
          if (!changed || !model.deleted) break;
          model.deleted = false;
          if (model.rotates(at) && model.delivering) {  // its new secret never got anywhere
            model.ends[model.current] = at;
            model.current = *model.old;
            model.ends[model.current] = Model::kNever;
            model.old.reset();
            model.delivering = false;
          }
          break;
        }
        case 11: {  // extend, or make it expire
          const std::int64_t end = at + static_cast<std::int64_t>(1 + choose.below(72)) * kHour;
          const auto changed =
              keys->update(tenant, id,
                           {.nickname = {}, .contact_email = {}, .restrictions = {}, .expires_at = Instant{end}},
                           std::nullopt);
          ASSERT_EQ(changed.has_value(), model.changeable()) << step;
          if (changed) model.expires_ms = end;
          break;
        }
        case 12: {
          if (choose.below(12) != 0) break;  // it ends the life
          const auto changed = keys->revoke(tenant.id, id, std::nullopt);
          ASSERT_EQ(changed.has_value(), !model.deleted) << step;
          if (changed) model.state = KeyState::kRevoked;
          break;
        }
        default: clock.advance_ms(choose.one_of<std::int64_t>({1, kHour, 25 * kHour, 8 * 24 * kHour})); break;
      }
      compare(id, model, step);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace latchkey::lifecycle
