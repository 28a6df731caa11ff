#include "delivery/secret_managers.h"

#include "core/secret_path.h"

namespace latchkey::delivery {
namespace {

bool is_for(const NamedManager& manager, std::int64_t cid) {
  return !manager.cids || std::ranges::find(*manager.cids, cid) != manager.cids->end();
}

std::vector<NamedManager> by_name(std::vector<NamedManager> managers) {
  std::ranges::sort(managers, {}, &NamedManager::name);
  return managers;
}

std::string full(const NamedManager& manager, const SecretPlace& place) {
  return full_secret_path(manager.path_prefix, place.cid, place.path);
}

}  // namespace

SecretManagers::SecretManagers(std::vector<NamedManager> managers) : managers_(by_name(std::move(managers))) {}

std::vector<std::string> SecretManagers::names_for(std::int64_t cid) const {
  std::vector<std::string> names;
  for (const NamedManager& manager : managers_) {
    if (is_for(manager, cid)) names.push_back(manager.name);
  }
  return names;
}

bool SecretManagers::may_use(const std::string& manager, std::int64_t cid) const {
  return std::ranges::any_of(managers_,
                             [&](const NamedManager& each) { return each.name == manager && is_for(each, cid); });
}

Result<const NamedManager*> SecretManagers::usable(const SecretPlace& place) const {
  LK_TRY(check_secret_path(place.path));
  for (const NamedManager& manager : managers_) {
    if (manager.name == place.manager && is_for(manager, place.cid)) return &manager;
  }
  return fail(
      ErrorCode::kNotFound,
      fmt::format(
          "There is no secret manager \"{}\" for this tenant; the server's configuration names those that there are.",
          place.manager));
}

Result<std::string> SecretManagers::full_path(const SecretPlace& place) const {
  LK_ASSIGN(const NamedManager* manager, usable(place));
  return full(*manager, place);
}

Result<void> SecretManagers::put(const SecretPlace& place, const HandedSecret& handed) const {
  LK_ASSIGN(const NamedManager* manager, usable(place));
  return manager->manager->put(full(*manager, place), handed);
}

Result<void> SecretManagers::take_back(const SecretPlace& place, KeyId key, std::int64_t generation) const {
  LK_ASSIGN(const NamedManager* manager, usable(place));
  return manager->manager->take_back(full(*manager, place), key, generation);
}

Result<void> SecretManagers::probe(const std::string& manager) const {
  for (const NamedManager& each : managers_) {
    if (each.name == manager) return each.manager->probe();
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("There is no secret manager \"{}\" in the server's configuration.", manager));
}

}  // namespace latchkey::delivery
