// Where secrets can go on this server: its secret managers, and the mail of links if there is a mail server. The adapter of
// lifecycle::HandOverPlaces. Thread-safe.
#pragma once
#include "delivery/secret_managers.h"
#include "lifecycle/hand_over.h"

namespace latchkey::app {

class HandOverPlaces final : public lifecycle::HandOverPlaces {
 public:
  HandOverPlaces(const delivery::SecretManagers& managers, bool mails) : managers_(managers), mails_(mails) {}

  bool mails_links() const override { return mails_; }
  std::vector<Manager> managers_of(const Tenant& tenant) const override;
  std::optional<std::string> why_not(const Tenant& tenant, const HandOver& target) const override;

 private:
  const delivery::SecretManagers& managers_;
  const bool mails_;
};

}  // namespace latchkey::app
