// What watches keys and tells people: the rules on their thread, and the courier with its own. The part of the composition
// root that serve.cpp holds as one.
//
//   Watching watching(config.delivery, store, peppers, clock, random, usage_source);
//   watching.start();
//   watching.observe(std::move(cells));   // by whoever writes usage down, about once a second
//   watching.stop();
//
// observe() is thread-safe and never waits; start() and stop() belong to one thread.
#pragma once
#include <optional>
#include <vector>

#include "app/serve_config.h"
#include "base/clock.h"
#include "base/random.h"
#include "credential/digest.h"
#include "delivery/courier.h"
#include "delivery/http_sender.h"
#include "delivery/smtp.h"
#include "delivery/webhooks.h"
#include "store/database.h"
#include "watch/alerts.h"
#include "watch/engine.h"
#include "watch/watcher.h"

namespace latchkey::app {

// What of several nodes one does.
struct AmongNodes {
  const Duty* sending = &Duty::always();
  const Duty* watching = &Duty::always();
  watch::CellRelay* relay = nullptr;  // null: a node that is alone
};

class Watching {
 public:
  Watching(const DeliveryConfig& config, store::Database& store, const credential::Peppers& peppers,
           const Clock& clock, Random& random, watch::UsageSource& usage, const AmongNodes& among = {});

  void start();
  void stop();
  // False when there was no room, which is counted.
  bool observe(std::vector<watch::UsageCell> cells) { return watcher_.observe(std::move(cells)); }

  watch::Alerts& alerts() { return alerts_; }
  delivery::Webhooks& webhooks() { return webhooks_; }
  delivery::MailSender* mail() { return mail_ ? &*mail_ : nullptr; }  // null when no mail server is set

 private:
  std::optional<delivery::SmtpSender> mail_;  // empty when no mail server is set
  delivery::HttpSender http_;
  delivery::Webhooks webhooks_;
  delivery::Courier courier_;
  watch::Alerts alerts_;
  watch::Engine engine_;
  watch::Watcher watcher_;
};

}  // namespace latchkey::app
