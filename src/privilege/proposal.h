// Least privilege: what a key may do against what it was seen to do, and the restrictions that follow. Pure.
//
//   const LeastPrivilege found = least_privilege({.key = key, .tenant = tenant, .catalog = catalog, .observations = seen, ...});
//   if (found.proposal) try_it(*found.proposal);
//
// The proposal would have refused nothing of what was seen, and is never wider than the key is now: an empty list of it is
// empty in the key. What can't be judged stays as it is, and a note says why.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "core/api_key.h"
#include "core/tenant.h"
#include "store/usage_store.h"

namespace latchkey::privilege {

// As many as a key's restriction takes (lifecycle/validate.h).
inline constexpr std::size_t kMaxOperationsNamed = 512;

struct Seen {
  const ApiKey& key;
  const Tenant& tenant;
  const catalog::Catalog& catalog;
  const std::vector<store::Observation>& observations;  // of the time that is judged, as all of this
  const std::vector<store::AddressUse>& addresses;
  bool every_address = true;  // false: there were more, or they are not kept that long
};

// An operation, a channel or an attribute that the key may use now.
struct Usable {
  std::uint16_t index = 0;           // in the catalog
  std::optional<Instant> last_used;  // absent: never
};

struct Subject {
  bool applies = false;    // keys of this access type can be limited in it
  bool all_asked = false;  // some request asked for all
  bool known = true;       // false: some may have named others where nobody looked
  std::vector<Usable> items;
};

struct LeastPrivilege {
  std::vector<Usable> operations;
  Subject channels, attributes;
  std::vector<IpRange> networks;         // that hold all addresses; empty if there are too many
  std::optional<Restrictions> proposal;  // absent: nothing to tighten, or nothing was used
  std::size_t removed_operations = 0, removed_channels = 0, removed_attributes = 0;
  std::vector<std::string> notes;  // sentences: what stays as it is, and why
};

LeastPrivilege least_privilege(const Seen& seen);

}  // namespace latchkey::privilege
