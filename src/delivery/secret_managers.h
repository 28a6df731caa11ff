// The secret managers of the configuration by name, and who may use which. Every tenant has a part of its own in each:
// PREFIX/CID/ and then the path that its admin chose.
//
//   if (managers.may_use("corp", tenant.cid)) ...
//   auto put = managers.put({"corp", tenant.cid, "mailer"}, handed);     // writes latchkey/7/mailer
//
// Immutable after construction; thread-safe.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "delivery/secret_manager.h"

namespace latchkey::delivery {

struct NamedManager {
  std::string name;
  std::string kind;  // as in the configuration: "vault", "aws"
  std::string path_prefix;
  std::optional<std::vector<std::int64_t>> cids;  // of the tenants that may use it; nothing: all
  std::unique_ptr<SecretManager> manager;
};

struct SecretPlace {
  std::string manager;
  std::int64_t cid = 0;
  std::string path;  // the tenant's part
};

class SecretManagers {
 public:
  explicit SecretManagers(std::vector<NamedManager> managers);

  // Those that the tenant may use, by name.
  std::vector<std::string> names_for(std::int64_t cid) const;
  bool may_use(const std::string& manager, std::int64_t cid) const;
  // Where the secret will be, for people: "latchkey/7/mailer". Fails as put() would for a manager or path that is not to be had.
  Result<std::string> full_path(const SecretPlace& place) const;

  // As of SecretManager. kNotFound: there is no such manager for this tenant (any more); kInvalidArgument: no such path.
  Result<void> put(const SecretPlace& place, const HandedSecret& handed) const;
  Result<void> take_back(const SecretPlace& place, KeyId key, std::int64_t generation) const;
  Result<void> probe(const std::string& manager) const;
  const std::vector<NamedManager>& all() const { return managers_; }

 private:
  Result<const NamedManager*> usable(const SecretPlace& place) const;

  const std::vector<NamedManager> managers_;
};

}  // namespace latchkey::delivery
