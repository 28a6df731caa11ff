// What the tests of this room share: the real store, a tenant with an owner, keys, usage as the test tells it, a clock
// that stands still.
#pragma once
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>

#include "store/key_store_contract_test.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"
#include "watch/engine.h"

namespace latchkey::watch {

class FakeUsage final : public UsageSource {
 public:
  Result<std::vector<std::uint64_t>> hourly(TenantId, KeyId key, Instant from, Instant to) override {
    ++asked;
    if (broken) return fail(ErrorCode::kUnavailable, "Usage can't be read.");
    std::vector<std::uint64_t> out;
    for (std::int64_t at = from.unix_ms; at < to.unix_ms; at += 3'600'000) out.push_back(counts[key][at]);
    return out;
  }
  Result<std::vector<SeenNetwork>> networks(TenantId, KeyId key) override {
    if (broken) return fail(ErrorCode::kUnavailable, "Usage can't be read.");
    return seen[key];
  }
  Result<std::vector<QuotaStanding>> quotas(TenantId, KeyId) override { return standings; }
  Result<std::vector<LastUse>> last_uses(TenantId, const std::vector<KeyId>&) override { return uses; }

  std::map<KeyId, std::map<std::int64_t, std::uint64_t>> counts;  // by the start of the hour
  std::map<KeyId, std::vector<SeenNetwork>> seen;
  std::vector<QuotaStanding> standings;
  std::vector<LastUse> uses;
  bool broken = false;
  int asked = 0;
};

class WatchWorld : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = store::SqliteStore::open(directory.file("latchkey.db"), store::OpenMode::kCreateIfMissing);
    ASSERT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
    tenant.id = TenantId::make(clock.now(), random);
    tenant.name = "Acme";
    ASSERT_TRUE(store->insert_tenant(tenant));
    add_person("owner@acme.example", Role::kOwner);
    add_person("admin@acme.example", Role::kAdmin);
    alerts.emplace(store->alerts(), store->webhooks(), *store, true, clock, random);
    restart();
  }
  // As after a crash: nothing of what was in memory.
  void restart() { engine.emplace(*alerts, *store, usage, clock); }

  void add_person(const std::string& email, Role role) {
    User user;
    user.id = UserId::make(clock.now(), random);
    user.tenant = tenant.id;
    user.email = email;
    user.name = email;
    user.role = role;
    ASSERT_TRUE(store->insert_user({user, "no password leads here"}));
  }
  ApiKey make_key(const std::string& nickname = "Acme SMS", std::int64_t age_ms = 0) {
    store::KeyRecord record;
    record.key.created_at = clock.now().plus_ms(-age_ms);
    record.key.id = KeyId::make(record.key.created_at, random);
    record.key.tenant = tenant.id;
    record.key.nickname = nickname;
    record.key.contact_email = "dana@acme.example";
    record.key.access_type = "integrations";
    record.key.updated_at = record.key.created_at;
    store::SecretRecord secret;
    random.fill(secret.digest);
    secret.created_at = record.key.created_at;
    record.secrets.push_back(secret);
    store::tell_secrets(record);
    EXPECT_TRUE(store->insert_key(record, std::nullopt));
    return record.key;
  }
  Webhook make_webhook(std::vector<std::string> events = {}) {
    Webhook webhook;
    webhook.id = WebhookId::make(clock.now(), random);
    webhook.tenant = tenant.id;
    webhook.url = "https://hooks.example/";
    webhook.events = std::move(events);
    EXPECT_TRUE(store->webhooks().insert_webhook(webhook));
    return webhook;
  }
  UsageCell cell(const ApiKey& key, const char* address = "203.0.113.7", std::uint32_t count = 1,
                 std::optional<DenyReason> refused = std::nullopt) {
    return {key.id, tenant.id, *IpAddress::parse(address), refused, count, clock.now()};
  }
  void observe(const UsageCell& one) { engine->observe({&one, 1}); }
  // Newest first.
  std::vector<Alert> listed(std::optional<AlertStatus> status = AlertStatus::kOpen) {
    auto page = alerts->list(tenant.id, {.status = status});
    EXPECT_TRUE(page);
    return page ? page->alerts : std::vector<Alert>();
  }
  void acknowledge_all() {
    for (const Alert& alert : listed()) ASSERT_TRUE(alerts->acknowledge(tenant.id, alert.id, "Dana"));
  }
  std::vector<store::PendingMail> mails() { return *store->outbox().due_mails(clock.now(), 100); }
  std::vector<store::DueDelivery> messages() { return *store->outbox().due_deliveries(clock.now(), 100); }
  void set_rule(AlertRule rule, const std::function<void(AlertRuleSettings&)>& change) {
    ASSERT_TRUE(alerts->change_rules(tenant.id,
                                     [&](AlertRuleTable& rules) { change(rules[static_cast<std::size_t>(rule)]); }));
  }
  void every_hour() {
    const std::atomic<bool> stopping{false};
    engine->every_hour(stopping);
  }

  static constexpr std::int64_t kMinuteMs = 60'000, kHourMs = 3'600'000, kDayMs = 86'400'000;
  store::TempDirectory directory;
  std::unique_ptr<store::SqliteStore> store;
  ManualClock clock;
  SystemRandom random;
  Tenant tenant;
  FakeUsage usage;
  std::optional<Alerts> alerts;
  std::optional<Engine> engine;
};

}  // namespace latchkey::watch
