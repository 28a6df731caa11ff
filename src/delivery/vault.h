// HashiCorp Vault and OpenBao, KV version 2. A place is one secret of the mount; each generation is a version of it. Every
// write is check-and-set against the version that was read just before, so a stale write never wins.
//
//   Vault vault({.name = "corp", .address = "https://vault.example:8200", ..., .token_file = "/run/latchkey/token"}, clock, stopping);
//
// What it needs: create, read and update on MOUNT/data/PLACE, and update on MOUNT/delete/PLACE for taking back a first secret.
// Thread-safe.
#pragma once
#include "delivery/secret_manager.h"
#include "delivery/vault_session.h"

namespace latchkey::delivery {

// One sentence about the first thing that can't be right.
Result<void> check_vault(const VaultOptions& options);

class Vault final : public SecretManager {
 public:
  // `clock` and `stopping` must outlive it.
  Vault(VaultOptions options, const Clock& clock, const std::atomic<bool>& stopping);
  Result<void> put(const std::string& path, const HandedSecret& handed) override;
  Result<void> take_back(const std::string& path, KeyId key, std::int64_t generation) override;
  Result<void> probe() override;
  // One field, a string, of what stands at a path of the mount: for credentials of Latchkey itself.
  Result<Secret> read_field(const std::string& path, const std::string& field);

 private:
  struct Version {
    std::int64_t number = 0;  // 0: there never was one
    bool there = false;       // not deleted
    Secret data;              // JSON
  };

  // `number`: that version instead of the latest.
  Result<Version> read(const std::string& path, std::optional<std::int64_t> number = std::nullopt);
  // False: somebody has written since version `over`.
  Result<bool> write(const std::string& path, std::int64_t over, std::string_view data);
  // Marks one version as deleted, which leaves nothing if it is the latest.
  Result<void> remove(const std::string& path, std::int64_t number);
  // What stood there before `key` got this generation, looking back from version `before`.
  Result<Version> version_before(const std::string& path, std::int64_t before, KeyId key, std::int64_t generation);
  Result<void> check_mount();
  std::string place(const std::string& path) const;

  const VaultOptions options_;
  const Clock& clock_;
  VaultSession session_;
};

}  // namespace latchkey::delivery
