// Keys as a node reads them when it starts: of each row only what a check relies on, many rows at a time, and what is
// equal in most of them (access type, restrictions, limits) read once and shared.
//
//   std::vector<RowVisitor> visitors(2, [](std::span<KeyRow> rows) { ... });   // one for each thread
//   LK_ASSIGN(const FeedPlace place, store.visit_rows(expected, tenant, visitors));
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "store/key_store.h"

namespace latchkey::store {

// What equal rows share. Lives as long as the batch that names it, and seldom longer.
struct KeyRules {
  std::uint64_t number = 0;  // differs from that of all others of the same visit, so that more can be remembered by it
  std::string access_type;
  Restrictions restrictions;
  OwnLimits limits;
};

// The fields are those of ApiKey and KeyRecord.
struct KeyRow {
  KeyId id;
  TenantId tenant;
  const KeyRules* rules = nullptr;
  KeyState state = KeyState::kActive;
  std::optional<Instant> expires_at;
  std::int64_t version = 1;
  std::vector<SecretRecord> secrets;
  credential::PepperId seal_pepper = 0;
  credential::Digest seal{};
  const TrialRecord* trial = nullptr;  // null: none
};

// A RowVisitor (store/key_store.h) may reorder the rows it is shown. They are valid during the call, which must not call
// the store.

// Remembers at most about this many rules; one of them in a hundred keys, and each is still read a few times a second.
inline constexpr std::size_t kMaxRulesRemembered = 4096;

}  // namespace latchkey::store
