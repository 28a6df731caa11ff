// What the tests of this room share: the real store, keys of a tenant, a secret manager and a mail server that do as the test
// says, a clock that stands still.
#pragma once
#include <gtest/gtest.h>

#include <map>

#include "lifecycle/world_test.h"
#include "store/sqlite/usage/sqlite_usage_store.h"
#include "upkeep/deliveries.h"
#include "upkeep/key_visit.h"

namespace latchkey::upkeep {

class FakeManager final : public delivery::SecretManager {
 public:
  Result<void> put(const std::string& path, const delivery::HandedSecret& handed) override {
    ++puts;
    // As when an answer is lost: it is stored, and the caller does not know.
    if (loses_answers || !broken) stored[path] = {handed.generation, std::string(handed.secret.expose())};
    if (broken) return fail(*broken, "The secret manager is not there.");
    if (loses_answers) return fail(ErrorCode::kUnavailable, "The answer was lost.");
    return {};
  }
  Result<void> take_back(const std::string& path, KeyId, std::int64_t) override {
    if (broken) return fail(*broken, "The secret manager is not there.");
    stored.erase(path);
    return {};
  }
  Result<void> probe() override { return {}; }

  std::map<std::string, std::pair<std::int64_t, std::string>> stored;
  std::optional<ErrorCode> broken;
  bool loses_answers = false;
  int puts = 0;
};

class NotedMail final : public delivery::MailSender {
 public:
  const std::string& from() const override { return from_; }
  delivery::MailOutcome send(const delivery::Message& message, const std::atomic<bool>&) override {
    sent.push_back(message);
    return next;
  }
  delivery::MailOutcome next{delivery::MailOutcome::Kind::kSent, {}};
  std::vector<delivery::Message> sent;

 private:
  const std::string from_ = "latchkey@keys.example";
};

class UpkeepWorld : public lifecycle::World {
 protected:
  class Uses final : public lifecycle::SecretUses {
   public:
    Result<std::optional<Instant>> last_use(TenantId, KeyId, std::uint64_t) override { return std::nullopt; }
  };
  class Anywhere final : public lifecycle::HandOverPlaces {
   public:
    bool mails_links() const override { return true; }
    std::vector<Manager> managers_of(const Tenant&) const override { return {}; }
    std::optional<std::string> why_not(const Tenant&, const HandOver&) const override { return std::nullopt; }
  };

  void SetUp() override {
    World::SetUp();
    usage = std::move(*store::SqliteUsageStore::open(directory.file("usage.db")));
    keys.emplace(*store, feed, *loaded.catalog, *peppers, credential::KeyFormat{}, clock, random, &places);
    rotations.emplace(*store, feed, *peppers, credential::KeyFormat{}, clock, random, uses, &places);
    alerts.emplace(store->alerts(), store->webhooks(), *store, true, clock, random);
    std::vector<delivery::NamedManager> named;
    auto fake = std::make_unique<FakeManager>();
    manager = fake.get();
    named.push_back({"corp", "vault", "latchkey", std::nullopt, std::move(fake)});
    managers.emplace(std::move(named));
    restart();
  }
  // As after a crash: nothing of what was in memory.
  void restart() {
    deliveries.emplace(store->hand_overs(), *store, *rotations, *managers, &mail, *alerts, *peppers, clock, random,
                       DeliveryOptions{.console_url = "https://keys.example"});
    visit.emplace(*store, *keys, *rotations, *usage, *alerts, clock);
  }
  lifecycle::CreatedKey create_for(const HandOver& hand_over) {
    lifecycle::CreateKey wanted = request();
    wanted.hand_over = hand_over;
    return std::move(*keys->create(tenant, wanted, actor, std::nullopt));
  }
  std::vector<Alert> alerts_of(AlertRule rule) {
    std::vector<Alert> out;
    for (Alert& alert : alerts->list(tenant.id, {})->alerts) {
      if (alert.rule == rule) out.push_back(std::move(alert));
    }
    return out;
  }
  store::HandOverRecord latest(KeyId key) { return store->hand_overs().hand_overs(tenant.id, key)->front(); }

  const HandOver corp{HandOverKind::kSecretManager, "corp", "sms"};
  Anywhere places;
  Uses uses;
  std::unique_ptr<store::UsageStore> usage;
  std::optional<lifecycle::Rotations> rotations;
  std::optional<watch::Alerts> alerts;
  FakeManager* manager = nullptr;
  std::optional<delivery::SecretManagers> managers;
  NotedMail mail;
  std::optional<Deliveries> deliveries;
  std::optional<KeyVisit> visit;
  std::atomic<bool> stopping{false};
};

}  // namespace latchkey::upkeep
