// What the tests of this room share: the real store, a tenant with an owner and a viewer, senders that note what they are
// given and answer as told, a clock that stands still.
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>

#include "delivery/courier.h"
#include "delivery/webhooks.h"
#include "store/key_store_contract_test.h"
#include "store/sqlite/sqlite_store.h"
#include "store/sqlite/temp_directory.h"

namespace latchkey::delivery {

class NotedMail final : public MailSender {
 public:
  const std::string& from() const override { return from_; }
  MailOutcome send(const Message& message, const std::atomic<bool>&) override {
    if (next.kind != MailOutcome::Kind::kAborted) tried.push_back(message);
    return next;
  }
  MailOutcome next{MailOutcome::Kind::kSent, {}};
  std::vector<Message> tried;

 private:
  const std::string from_ = "latchkey@keys.example";
};

class NotedWebhooks final : public WebhookSender {
 public:
  WebhookAnswer send(const WebhookRequest& request, const std::atomic<bool>&) override {
    tried.push_back(request);
    return next;
  }
  void answer(int code) {
    next = {code, std::nullopt, 5, false};
    if (code / 100 != 2) next.error = fmt::format("It answered {}.", code);
  }
  WebhookAnswer next{204, std::nullopt, 5, false};
  std::vector<WebhookRequest> tried;
};

class DeliveryWorld : public testing::Test {
 protected:
  void SetUp() override {
    open(store::OpenMode::kCreateIfMissing);
    std::vector<credential::Peppers::Pepper> made;
    made.push_back({7, Secret(std::string(32, 'p'))});
    peppers.emplace(*credential::Peppers::make(std::move(made)));
    tenant.id = TenantId::make(clock.now(), random);
    tenant.name = "Acme";
    ASSERT_TRUE(store->insert_tenant(tenant));
    add_person("owner@acme.example", Role::kOwner);
    add_person("viewer@acme.example", Role::kViewer);
    start();
  }
  // As after a crash: the same file, nothing of what was in memory.
  void restart() {
    courier.reset();
    webhooks.reset();
    store.reset();
    open(store::OpenMode::kMustExist);
    start();
  }
  void add_person(const std::string& email, Role role) {
    User user;
    user.id = UserId::make(clock.now(), random);
    user.tenant = tenant.id;
    user.email = email;
    user.name = email;
    user.role = role;
    ASSERT_TRUE(store->insert_user({user, "no password leads here"}));
  }
  store::OutgoingMail mail(std::string subject, std::string recipient = "dana@acme.example") {
    return {
        MailId::make(clock.now(), random), tenant.id, std::move(recipient), std::move(subject), "Text.\n", clock.now()};
  }
  void put(std::vector<store::OutgoingMail> mails) {
    ASSERT_TRUE(store->outbox().add({.mails = std::move(mails), .deliveries = {}}));
  }
  Webhook make_webhook() {
    return webhooks->create(tenant.id, {.url = "https://hooks.example/a", .events = {}, .description = ""})->webhook;
  }
  // Everything that is due; answers how many messages that were.
  int send_all() {
    int sent = 0;
    for (;;) {
      const auto more = courier->send_webhook();
      EXPECT_TRUE(more) << more.error().message;
      if (!more || !*more) return sent;
      ++sent;
    }
  }

  store::TempDirectory directory;
  std::unique_ptr<store::SqliteStore> store;
  std::optional<credential::Peppers> peppers;
  ManualClock clock;
  SystemRandom random;
  Tenant tenant;
  Actor dana{ActorType::kUser, UserId(), "Dana"};
  NotedMail smtp;
  NotedWebhooks http;
  std::optional<Courier> courier;
  std::optional<Webhooks> webhooks;

 private:
  void open(store::OpenMode mode) {
    auto opened = store::SqliteStore::open(directory.file("latchkey.db"), mode);
    ASSERT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
  }
  void start() {
    courier.emplace(store->outbox(), *store, &smtp, http, *peppers, clock, random,
                    CourierOptions{.retry_seconds = {5, 300}});
    webhooks.emplace(store->webhooks(), store->outbox(), *peppers, false, clock, random);
  }
};

}  // namespace latchkey::delivery
