// Brings secrets to where they are to go: into secret managers, and links to contacts. What failed is tried again, for as long as
// it takes; the store is the only memory, so a restart goes on where the last run was. At least once: a crash between a delivery
// and noting it delivers the same again, which the places take for what it is.
//
// A rotation is told that its secret is stored before that is noted, so that no crash leaves an old secret without an end.
//
//   Deliveries deliveries(hand_overs, keys, rotations, managers, &smtp, alerts, peppers, clock, random, options);
//   Result<int> done = deliveries.round(stopping);   // what is due now; answers how many were tried
//
// Of one thread; calls block.
#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "delivery/mail_sender.h"
#include "delivery/secret_managers.h"
#include "lifecycle/rotations.h"
#include "store/hand_over_store.h"
#include "watch/alerts.h"

namespace latchkey::upkeep {

struct DeliveryOptions {
  std::string console_url;  // where links lead to, such as "https://keys.example"
  std::vector<std::int64_t> retry_seconds = {2, 5, 15, 60, 300};  // the last for ever
};

class Deliveries {
 public:
  static constexpr int kAtOnce = 100;
  static constexpr int kTriesUntilTold = 3;

  // Without a mail sender links stay where they are.
  Deliveries(store::HandOverStore& hand_overs, store::KeyStore& keys, lifecycle::Rotations& rotations,
             const delivery::SecretManagers& managers, delivery::MailSender* mail, watch::Alerts& alerts,
             const credential::Peppers& peppers, const Clock& clock, Random& random, DeliveryOptions options)
      : hand_overs_(hand_overs),
        keys_(keys),
        rotations_(rotations),
        managers_(managers),
        mail_(mail),
        alerts_(alerts),
        peppers_(peppers),
        clock_(clock),
        random_(random),
        options_(std::move(options)) {}

  Result<int> round(const std::atomic<bool>& stopping);

 private:
  struct Outcome {
    enum class Kind { kDone, kLater, kNever } kind = Kind::kLater;
    std::string error;
    bool needs_somebody = false;  // told at once, and not after some tries
  };

  Result<void> handle(store::HandOverRecord record, const std::atomic<bool>& stopping);
  Outcome deliver(const store::HandOverRecord& record, const store::KeyRecord& key, const Tenant& tenant,
                  const std::atomic<bool>& stopping);
  Outcome store_secret(const store::HandOverRecord& record, const ApiKey& key, const Tenant& tenant);
  Outcome mail_link(const store::HandOverRecord& record, const ApiKey& key, const Tenant& tenant,
                    const std::atomic<bool>& stopping);
  Result<void> note(store::HandOverRecord record, const ApiKey& key, const Outcome& outcome);
  void tell(const store::HandOverRecord& record, const ApiKey& key, const Outcome& outcome);

  store::HandOverStore& hand_overs_;
  store::KeyStore& keys_;
  lifecycle::Rotations& rotations_;
  const delivery::SecretManagers& managers_;
  delivery::MailSender* const mail_;
  watch::Alerts& alerts_;
  const credential::Peppers& peppers_;
  const Clock& clock_;
  Random& random_;
  const DeliveryOptions options_;
};

}  // namespace latchkey::upkeep
