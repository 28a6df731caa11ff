// Being signed in at a HashiCorp Vault or OpenBao: by a token from a file, which is read again at each use, or by an AppRole,
// whose token is renewed at two thirds of its time and replaced when it has ended or is refused. Calls are made in the
// configured namespace.
//
//   VaultSession session(options, clock, stopping);
//   auto answer = session.call("secret/data/latchkey/7/mailer");        // GET; with a body: POST
//
// Thread-safe; one thread at a time signs in.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "delivery/manager_call.h"

namespace latchkey::delivery {

struct VaultOptions {
  std::string name;              // of the manager in the configuration
  std::string address;           // https://vault.example:8200
  std::string name_space;        // empty: the root
  std::string mount = "secret";  // of the KV version 2
  std::string token_file;        // or, where this is empty, an AppRole:
  std::string role_id, secret_id_file;
  std::string approle_mount = "approle";
  std::string ca_file;  // empty: the system's certificates
};

class VaultSession {
 public:
  VaultSession(const VaultOptions& options, const Clock& clock, const std::atomic<bool>& stopping);

  // Answers 200, 204, 400 and 404 are the caller's to read; all others are errors: sealed, standby, refused, and so on.
  Result<ManagerAnswer> call(const std::string& path, std::optional<std::string_view> body = std::nullopt);
  std::string title() const { return caller_.title(); }

 private:
  struct Lease {
    Secret token;
    std::int64_t seconds = 0;  // 0: it does not end
    std::int64_t granted_ns = 0;
    bool renewable = false;
  };

  Result<ManagerAnswer> send(const std::string& path, std::optional<std::string_view> body, const Secret* token) const;
  Result<Secret> token();
  // The AppRole's, as long as it is good for some time.
  Result<Secret> leased_token();
  Result<Lease> log_in() const;
  std::optional<Lease> renew(const Lease& lease) const;
  void forget(const Secret& refused);
  std::optional<Lease> read_lease(std::string_view answer) const;
  std::unexpected<Error> explain_refusal(const Secret& token) const;
  bool by_approle() const { return options_.token_file.empty(); }

  const VaultOptions& options_;
  const Clock& clock_;
  const ManagerCaller caller_;
  std::mutex mutex_;
  std::optional<Lease> lease_;  // guarded by mutex_
};

// What an answer that is not one of the caller's means; `title` names the manager.
std::unexpected<Error> explain_vault_status(const std::string& title, int status, std::string_view body);

}  // namespace latchkey::delivery
