#include "app/watching.h"

namespace latchkey::app {
namespace {

std::optional<delivery::SmtpSender> make_mail(const delivery::SmtpOptions& options) {
  if (options.url.empty()) return std::nullopt;
  return std::optional<delivery::SmtpSender>(std::in_place, options);
}

}  // namespace

Watching::Watching(const DeliveryConfig& config, store::Database& store, const credential::Peppers& peppers,
                   const Clock& clock, Random& random, watch::UsageSource& usage, const AmongNodes& among)
    : mail_(make_mail(config.smtp)),
      http_({.allow_private = config.webhook_allow_private, .ca_file = config.ca_file}, clock),
      webhooks_(store.webhooks(), store.outbox(), peppers, config.webhook_allow_private, clock, random),
      courier_(store.outbox(), store, mail_ ? &*mail_ : nullptr, http_, peppers, clock, random,
               {.retry_seconds = config.retry_seconds, .duty = among.sending}),
      alerts_(store.alerts(), store.webhooks(), store, mail_.has_value(), clock, random),
      engine_(alerts_, store, usage, clock),
      watcher_(engine_, clock, {among.watching, among.relay}) {}

void Watching::start() {
  courier_.start();
  watcher_.start();
}

// The watcher first: what it still finds is put into the outbox, and goes out at the next start.
void Watching::stop() {
  watcher_.stop();
  courier_.stop();
}

}  // namespace latchkey::app
