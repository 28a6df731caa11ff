// Restrictions on trial: what a key's requests are judged by beside its own, only to see what would be refused. A plain
// value; a key has one trial at most.
#pragma once
#include <cstdint>

#include "core/api_key.h"

namespace latchkey {

struct Trial {
  KeyId key;
  TenantId tenant;
  Restrictions restrictions;  // in place of the key's own
  Instant started_at;
  Actor started_by;
  std::int64_t number = 0;  // given by the store; no two trials share one, so counts of one never mix with another's
  bool operator==(const Trial&) const = default;
};

}  // namespace latchkey
