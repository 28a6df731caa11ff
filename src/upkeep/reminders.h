// What a key's people are to be reminded of, as functions from a key and its tenant's policy to findings. What counts as the
// same thing again is the finding's `subject`, so that each reminder goes out once. Pure.
#pragma once
#include <optional>

#include "core/api_key.h"
#include "core/key_policy.h"
#include "store/usage_store.h"
#include "watch/rules.h"

namespace latchkey::upkeep {

// The newest secret must be exchanged by then; nothing when the policy sets no age.
std::optional<Instant> exchange_due(const ApiKey& key, const KeyPolicy& policy);

// Of the policy's reminders only the latest that is due, so that one that was missed is not told of afterwards.
std::optional<watch::Finding> judge_ending(const ApiKey& key, const KeyPolicy& policy, Instant now);
std::optional<watch::Finding> judge_secret_due(const ApiKey& key, const KeyPolicy& policy, Instant now);

// What was done about a secret that has reached its greatest age.
enum class DueAction { kReported, kDisabled, kRotated };
watch::Finding secret_is_due(const ApiKey& key, const KeyPolicy& policy, DueAction action);

// Of a key that rotates: the old secret is about to end and was used a moment ago, or the new one was not used for days.
// `uses`: of its secrets.
inline constexpr std::int64_t kUnusedForMs = 3 * KeyPolicy::kDayMs;
std::optional<watch::Finding> judge_rotation(const ApiKey& key, const std::vector<store::SecretUse>& uses, Instant now);

}  // namespace latchkey::upkeep
