// The management API on a real socket over a real store, with two tenants, people of every role in the first, and a
// clock that stands still. People are put straight into the store, so that no password has to be hashed for them.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/management_api.h"
#include "catalog/load.h"
#include "lifecycle/operator_keys.h"
#include "net_fixture.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/usage/sqlite_usage_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::api {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct ApiAnswer {
  int status = 0;
  std::string body;
  std::string head;
  std::string field(std::string_view name) const;
  nlohmann::json json() const { return nlohmann::json::parse(body); }
  std::string code() const { return json().at("code").get<std::string>(); }
};

// A credential, as fields of a request.
struct Credential {
  Fields fields;
  std::string csrf_token;
};

// These tests decide no requests, so nothing has to follow a change.
class NobodyFollows final : public lifecycle::Feed {
 public:
  Result<void> follow_to(store::Sequence) override { return {}; }
};

// What tests say was used.
class NotedUses final : public lifecycle::SecretUses {
 public:
  Result<std::optional<Instant>> last_use(TenantId, KeyId, std::uint64_t secret) override {
    const auto found = used.find(secret);
    return found == used.end() ? std::nullopt : std::optional(found->second);
  }
  std::map<std::uint64_t, Instant> used;
};

// Links can be mailed, and there is one secret manager, "corp".
class SomePlaces final : public lifecycle::HandOverPlaces {
 public:
  bool mails_links() const override { return true; }
  std::vector<Manager> managers_of(const Tenant& tenant) const override {
    return {{"corp", "vault", fmt::format("latchkey/{}/", tenant.cid)}};
  }
  std::optional<std::string> why_not(const Tenant&, const HandOver& target) const override {
    if (target.kind == HandOverKind::kLink || target.manager == "corp") return std::nullopt;
    return "There is no such secret manager.";
  }
};

// Whose secrets the test says they are.
class TableOfSecrets final : public exposure::KnownSecrets {
 public:
  std::vector<std::optional<exposure::FoundSecret>> find(const std::vector<std::string_view>& secrets) override {
    std::vector<std::optional<exposure::FoundSecret>> out;
    for (const std::string_view secret : secrets) {
      const auto at = known.find(std::string(secret));
      out.push_back(at == known.end() ? std::nullopt : std::optional(at->second));
    }
    return out;
  }
  std::map<std::string, exposure::FoundSecret> known;
};

class ApiFixture : public testing::Test {
 protected:
  ApiFixture();
  ~ApiFixture() override;

  ApiAnswer ask(std::string_view method, const std::string& path, const Fields& fields = {},
                const std::string& body = {});
  // With a credential; a write with a cookie carries its CSRF token, a body its content type.
  ApiAnswer as(const Credential& who, std::string_view method, const std::string& path, const std::string& body = {},
               Fields more = {});

  Credential person(const Tenant& tenant, Role role);
  User user(const Tenant& tenant, Role role, const std::string& password_hash);
  std::string keys_path(const Tenant& tenant) const { return "/v1/tenants/" + tenant.id.to_string() + "/api-keys"; }
  // Of an operator's making, in `tenant`.
  nlohmann::json make_key(const Tenant& tenant, const std::string& nickname = "Acme SMS Partner");
  // An open alert about the tenant; its id.
  std::string make_alert(const Tenant& tenant, const std::string& subject = "daily");
  // A webhook, and a message that waits for it; their ids.
  std::pair<std::string, std::string> make_webhook(const Tenant& tenant);

  store::TempDirectory directory;
  ManualClock clock;
  SystemRandom random;
  std::unique_ptr<store::SqliteStore> store;
  std::unique_ptr<store::UsageStore> usage;
  catalog::LoadResult loaded;
  std::optional<credential::Peppers> peppers;
  NobodyFollows feed;
  limit::InMemoryLimiter limiter;
  std::optional<lifecycle::Keys> keys;
  NotedUses secret_uses;
  SomePlaces places;
  std::optional<lifecycle::Rotations> rotations;
  std::optional<lifecycle::Imports> imports;
  std::optional<lifecycle::KeyRequests> key_requests;
  std::optional<lifecycle::Tenants> tenants;
  std::optional<lifecycle::People> people;
  std::optional<watch::Alerts> alerts;
  std::optional<delivery::Webhooks> webhooks;
  std::optional<exposure::Exposures> exposures;
  // Reports are taken from the scanner "ci", who shares this secret.
  static constexpr std::string_view kScannerSecret = "a secret that a scanner shares with us";
  TableOfSecrets known_secrets;
  std::optional<exposure::LeakReports> leak_reports;
  std::optional<exposure::ReportSigners> report_signers;
  limit::FailureLimiter refused_reports{{.failures = 5, .window_ms = 60'000}, random};
  Readiness readiness;
  int verify_calls = 0;

  Tenant ours, theirs;
  Credential operator_key;

 private:
  Tenant make_tenant(const std::string& name);
  std::optional<StaticFiles> files_;
  std::optional<cluster::OneNode> nodes_;
  std::optional<net::WorkerPool> pool_;
  std::unique_ptr<ManagementApi> api_;
  std::unique_ptr<net::ServerUnderTest> server_;
};

}  // namespace latchkey::api
