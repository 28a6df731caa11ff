// What looks after keys while the server runs: the part of the composition root that serve.cpp holds as one.
//
//   KeyKeeping keeping(config, parts);
//   keeping.start();
//   keeping.stop();   // before what it refers to goes
#pragma once
#include "app/serve_config.h"
#include "upkeep/deliveries.h"
#include "upkeep/keeper.h"
#include "upkeep/key_visit.h"

namespace latchkey::app {

class KeyKeeping {
 public:
  struct Parts {
    store::KeyStore& store;
    store::HandOverStore& hand_overs;
    store::UsageStore& usage;
    lifecycle::Keys& keys;
    lifecycle::Rotations& rotations;
    const delivery::SecretManagers& managers;
    delivery::MailSender* mail;  // null: none
    watch::Alerts& alerts;
    const credential::Peppers& peppers;
    const Clock& clock;
    Random& random;
    std::atomic<bool>& stopping;  // ends calls to secret managers early
    const Duty& duty = Duty::always();
  };
  KeyKeeping(std::string console_url, const Parts& parts)
      : deliveries_(parts.hand_overs, parts.store, parts.rotations, parts.managers, parts.mail, parts.alerts,
                    parts.peppers, parts.clock, parts.random, {.console_url = std::move(console_url)}),
        visit_(parts.store, parts.keys, parts.rotations, parts.usage, parts.alerts, parts.clock),
        keeper_(deliveries_, visit_, parts.hand_overs, parts.clock, parts.stopping, parts.duty) {}

  void start() { keeper_.start(); }
  void stop() { keeper_.stop(); }

 private:
  upkeep::Deliveries deliveries_;
  upkeep::KeyVisit visit_;
  upkeep::Keeper keeper_;
};

}  // namespace latchkey::app
