// What is written into a secret manager for a key: a JSON object with api_key, key_id, nickname, generation and
// written_at. By key_id and generation a later call knows what stands at a place, and so whether it may be replaced.
//
//   auto decided = judge(place, standing_json, handed);      // write, or it is there already, or kConflict
//   const Secret document = written_json(handed, clock.now());
//
// Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "delivery/secret_manager.h"

namespace latchkey::delivery {

Secret written_json(const HandedSecret& handed, Instant now);

// What stands at a place and was written here.
struct WrittenSecret {
  KeyId key;
  std::int64_t generation = 0;
  Secret api_key;
};
// Nothing: it was written by somebody else.
std::optional<WrittenSecret> read_written(std::string_view json);

enum class PutDecision { kWrite, kIsThere };
// Over what stands there. `place` names manager and path in messages.
Result<PutDecision> judge_put(const std::string& place, std::string_view standing, const HandedSecret& handed);

enum class TakeBackDecision { kRestore, kIsNotThere };
Result<TakeBackDecision> judge_take_back(const std::string& place, std::string_view standing, KeyId key,
                                         std::int64_t generation);

}  // namespace latchkey::delivery
