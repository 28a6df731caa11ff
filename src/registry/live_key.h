// What a check reads about a key, as Registry::find gives it. Policies, tenant states and trials are valid while the reader's
// pin is held (registry/epoch.h).
#pragma once
#include <atomic>
#include <cstdint>
#include <vector>

#include "core/api_key.h"
#include "core/permitted.h"
#include "core/tenant.h"
#include "credential/digest.h"
#include "limit/effective_limits.h"

namespace latchkey::registry {

inline constexpr std::uint8_t kNoAccessType = 0xff;

// The restrictions and limits of a key in the catalog's numbering. Equal policies are one object.
struct Policy {
  std::uint8_t access_type = kNoAccessType;  // index in the catalog; kNoAccessType: the catalog no longer has it
  bool takes_tenant_channels = false;        // the tenant's channels limit this access type
  OperationSet operations;                   // what the access type and the key permit
  Permitted permitted;                       // by the key alone; the tenant's channels come on top
  std::vector<IpRange> ip_ranges;
  limit::EffectiveLimits limits;
  bool operator==(const Policy&) const = default;
};

// What a key's requests are judged by beside its policy, to see what it would refuse (core/trial.h).
struct LiveTrial {
  Policy policy;
  std::int64_t number = 0;
};

struct TenantState {
  TenantStatus status = TenantStatus::kActive;
  std::optional<ChannelSet> channels;  // absent: all
  std::vector<IpRange> ip_ranges;
  limit::EffectiveLimits limits;  // over all its keys together
};

// Never moves and never goes while the registry lives, so that records can point to it.
struct TenantSlot {
  TenantId id;
  std::uint32_t number = 0;  // counted from 0; of no other tenant
  std::atomic<const TenantState*> state{nullptr};
};

struct LiveKey {
  KeyId id;
  std::uint64_t secret = 0;  // which of the key's secrets: its digest's first eight bytes
  const TenantSlot* tenant = nullptr;
  const Policy* policy = nullptr;
  std::int64_t expires_ms = 0;       // Unix; 0: never
  std::int64_t valid_until_ms = 0;   // of this secret, while the key rotates away from it; 0: no end
  const LiveTrial* trial = nullptr;  // few keys have one
  KeyState state = KeyState::kActive;
};

}  // namespace latchkey::registry
