// What every adapter of AlertStore, KeyRequestStore, WebhookStore and OutboxStore guarantees, as tests. An adapter runs them all with one
// statement, as for store/key_store_contract_test.h. The tests themselves are in watch_contract_*_test.cpp.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/random.h"
#include "store/alert_store.h"
#include "store/key_request_store.h"
#include "store/key_store_contract_test.h"
#include "store/outbox_store.h"
#include "store/webhook_store.h"

namespace latchkey::store {

// A place of its own where one store lives; gone when this dies.
class WatchPlace {
 public:
  virtual ~WatchPlace() = default;
  virtual KeyStore& keys() = 0;
  virtual AlertStore& alerts() = 0;
  virtual WebhookStore& webhooks() = 0;
  virtual OutboxStore& outbox() = 0;
  virtual KeyRequestStore& key_requests() = 0;
  virtual void reopen() = 0;
};

using MakeWatchPlace = std::unique_ptr<WatchPlace> (*)();

class WatchContract : public testing::TestWithParam<MakeWatchPlace> {
 protected:
  void SetUp() override {
    place_ = GetParam()();
    ours = stored_tenant("Ours");
    theirs = stored_tenant("Theirs");
  }
  AlertStore& alerts() { return place_->alerts(); }
  WebhookStore& webhooks() { return place_->webhooks(); }
  OutboxStore& outbox() { return place_->outbox(); }
  KeyRequestStore& requests() { return place_->key_requests(); }
  WatchPlace& place() { return *place_; }

  Instant next_moment() { return now = now.plus_ms(1000); }
  TenantId stored_tenant(const std::string& name) {
    Tenant tenant;
    tenant.id = TenantId::make(next_moment(), random);
    tenant.name = name;
    tenant.created_at = tenant.updated_at = now;
    EXPECT_TRUE(place_->keys().insert_tenant(tenant));
    return tenant.id;
  }
  Alert make_alert(TenantId tenant, AlertRule rule = AlertRule::kNewNetwork, std::string subject = "203.0.113.0/24") {
    Alert alert;
    alert.id = AlertId::make(next_moment(), random);
    alert.tenant = tenant;
    alert.key = key;
    alert.rule = rule;
    alert.severity = AlertSeverity::kCritical;
    alert.subject = std::move(subject);
    alert.title = "Ünusual";
    alert.detail = "What it means.";
    alert.facts = R"({"n":1})";
    alert.first_at = alert.last_at = now;
    return alert;
  }
  Webhook make_webhook(TenantId tenant) {
    Webhook webhook;
    webhook.id = WebhookId::make(next_moment(), random);
    webhook.tenant = tenant;
    webhook.url = "https://hooks.example/latchkey";
    webhook.description = "Ops";
    webhook.created_at = now;
    webhook.secret = {3'000'000'000, 2};
    return webhook;
  }
  Webhook stored_webhook(TenantId tenant) {
    Webhook webhook = make_webhook(tenant);
    EXPECT_TRUE(webhooks().insert_webhook(webhook));
    return webhook;
  }
  OutgoingMail make_mail(std::string recipient = "dana@acme.example") {
    OutgoingMail mail;
    mail.id = MailId::make(next_moment(), random);
    mail.tenant = ours;
    mail.recipient = std::move(recipient);
    mail.subject = "Sübject";
    mail.text = "Text.\n";
    mail.created_at = now;
    return mail;
  }
  OutgoingDelivery make_delivery(WebhookId webhook) {
    OutgoingDelivery delivery;
    delivery.id = DeliveryId::make(next_moment(), random);
    delivery.webhook = webhook;
    delivery.event_id = EventId::make(now, random);
    delivery.event = "alert.opened";
    delivery.payload = R"({"type":"alert.opened"})";
    delivery.created_at = now;
    return delivery;
  }
  KeyRequestRecord make_request(TenantId tenant) {
    KeyRequestRecord record;
    record.id = KeyRequestId::make(next_moment(), random);
    record.tenant = tenant;
    record.token_hash = credential::sha256(record.id.to_string());
    record.access_type = "integrations";
    record.note = "For the Ünion project.\nThanks.";
    record.created_at = now;
    record.created_by = {ActorType::kUser, UserId::make(now, random), "Dana"};
    record.expires_at = now.plus_ms(86'400'000);
    return record;
  }
  KeyRequestRecord stored_request(TenantId tenant) {
    const KeyRequestRecord record = make_request(tenant);
    EXPECT_TRUE(requests().insert_key_request(record));
    return record;
  }
  AttemptNote failed_note(const OutgoingDelivery& delivery) {
    AttemptNote note;
    note.delivery = delivery.id;
    note.attempt = {next_moment(), 500, "It answered 500.", 12};
    note.next_attempt_at = now.plus_ms(60'000);
    note.failing_since = now;
    return note;
  }

  SeededRandom random{20260601};
  Instant now{1'777'000'000'000};
  TenantId ours, theirs;
  KeyId key = KeyId::make(now, random);

 private:
  std::unique_ptr<WatchPlace> place_;
};

}  // namespace latchkey::store
