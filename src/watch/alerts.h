// Opens, counts up and acknowledges alerts, and puts what is to be told of it on its way: a mail to the contact of the key
// (or the owners of the tenant), messages to the webhooks. Alert and notices are one transaction. Thread-safe; calls block.
//
//   alerts.raise({.tenant = key.tenant, .key = &key}, finding, Occurrence::kEvent, now);
//   auto acknowledged = alerts.acknowledge(tenant.id, id, "Dana");
//
// What they refer to must outlive it.
#pragma once
#include <atomic>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "core/alert.h"
#include "core/api_key.h"
#include "store/alert_store.h"
#include "store/key_store.h"
#include "store/webhook_store.h"
#include "watch/rules.h"

namespace latchkey::watch {

// {"id": ..., "rule": ..., ...}, as api/openapi.yaml describes it and webhooks carry it.
std::string alert_json(const Alert& alert);

struct About {
  TenantId tenant;
  const ApiKey* key = nullptr;  // null: about the tenant
};

enum class Occurrence {
  kEvent,       // something happened: opens an alert, or counts the open one up
  kContinuing,  // the same, still going on: opens none if somebody acknowledged it meanwhile
  kState,       // something is so: opens an alert once for its subject, and counts nothing up
};

class Alerts {
 public:
  static constexpr std::int64_t kKeepMs = 365LL * 86'400'000;
  static constexpr std::int64_t kTooManyEveryMs = 60'000;

  // `mails`: whether this server can send any.
  Alerts(store::AlertStore& store, store::WebhookStore& webhooks, store::KeyStore& keys, bool mails, const Clock& clock,
         Random& random)
      : store_(store), webhooks_(webhooks), keys_(keys), mails_(mails), clock_(clock), random_(random) {}

  // Answers whether an alert was opened; not when the tenant has too many open ones. `times`: how often it was seen.
  Result<bool> raise(const About& about, const Finding& finding, Occurrence occurrence, std::int64_t times = 1);
  // Idempotent: one that is acknowledged stays as it is. kNotFound.
  Result<Alert> acknowledge(TenantId tenant, AlertId id, const std::string& by);

  // Alerts are kept for a year after they were acknowledged.
  Result<void> forget_old() { return store_.forget_alerts(clock_.now().plus_ms(-kKeepMs)); }

  Result<store::AlertPage> list(TenantId tenant, const store::AlertQuery& query) {
    return store_.list_alerts(tenant, query);
  }
  Result<AlertRuleTable> rules(TenantId tenant) { return store_.alert_rules(tenant); }
  Result<AlertRuleTable> change_rules(TenantId tenant, const std::function<void(AlertRuleTable&)>& change) {
    return store_.change_alert_rules(tenant, change);
  }

 private:
  Result<bool> open(const About& about, Alert alert);
  bool too_many(const Alert& alert);
  Result<std::vector<store::OutgoingMail>> mails_for(const About& about, const Alert& alert);
  Result<std::vector<store::OutgoingDelivery>> deliveries_for(const Alert& alert, std::string_view event, Instant now);

  store::AlertStore& store_;
  store::WebhookStore& webhooks_;
  store::KeyStore& keys_;
  const bool mails_;
  const Clock& clock_;
  Random& random_;
  std::atomic<std::int64_t> too_many_logged_ms_{0};
};

}  // namespace latchkey::watch
