// What the check says of a request. Plain values; owned by the Scratch it was made in until the next check there.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog.h"
#include "core/deny_reason.h"
#include "core/ids.h"
#include "core/permitted.h"

namespace latchkey::check {

enum class Outcome {
  kAllow,
  kDeny,
  kNeedBody,    // the body must be read first: ask again with it
  kNeedLimits,  // limits are counted elsewhere: ask the limiter, then again with its answer
};

// How a key was shown to others. Policy decides what follows.
enum class Exposure : std::uint8_t { kNone, kPlainHttp, kQuery };

// Of a denial because of how a secret was sent, if the secret is one that works: which one. The key is not known to the rest
// of the decision, so that the request neither counts as its use nor is answered differently.
struct ExposedSecret {
  Exposure how = Exposure::kNone;
  KeyId key;
  TenantId tenant;
  std::uint64_t secret = 0;
};

struct Decision {
  Outcome outcome = Outcome::kDeny;

  // Of a denial.
  DenyReason reason = DenyReason::kMissingKey;
  int status = 401;
  std::string detail;  // one public sentence: what and what to do

  // Of a denial by limits: from when on it is admitted; absent: never.
  std::optional<std::int64_t> retry_after_ns;

  // Of a key that is known, whatever the outcome.
  bool key_known = false;
  KeyId key;
  std::uint64_t secret = 0;  // which of its secrets (usage/use.h)
  TenantId tenant;
  std::uint32_t tenant_number = 0;  // the registry's for it
  std::string_view access_type;  // the catalog's id for it; empty if the catalog no longer has it
  ExposedSecret exposed;  // what is beside `how` counts only with it

  // Once the operation is known. Null for one that the catalog does not know but permits.
  const catalog::Operation* operation = nullptr;

  // Of an allowed request: whether the answer must be filtered, and to what.
  bool filter_answer = false;
  Permitted permitted;

  bool allowed() const { return outcome == Outcome::kAllow; }
  // To what a new one is, without giving memory back.
  void reset();
};

}  // namespace latchkey::check
