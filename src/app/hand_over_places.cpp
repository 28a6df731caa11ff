#include "app/hand_over_places.h"

namespace latchkey::app {

std::vector<lifecycle::HandOverPlaces::Manager> HandOverPlaces::managers_of(const Tenant& tenant) const {
  std::vector<Manager> out;
  for (const delivery::NamedManager& named : managers_.all()) {
    if (!managers_.may_use(named.name, tenant.cid)) continue;
    out.push_back({named.name, named.kind, fmt::format("{}/{}/", named.path_prefix, tenant.cid)});
  }
  return out;
}

std::optional<std::string> HandOverPlaces::why_not(const Tenant& tenant, const HandOver& target) const {
  if (target.kind == HandOverKind::kLink) {
    if (mails_) return std::nullopt;
    return "This server has no mail server, so it can't mail links. Choose another way.";
  }
  const auto path = managers_.full_path({target.manager, tenant.cid, target.path});
  if (path) return std::nullopt;
  return path.error().message;
}

}  // namespace latchkey::app
