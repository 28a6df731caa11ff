// When secrets were used: what was counted until now, and what the store has of before. The adapter of
// lifecycle::SecretUses. Thread-safe; blocks.
#pragma once
#include "lifecycle/rotations.h"
#include "store/usage_store.h"
#include "usage/collector.h"

namespace latchkey::app {

class SecretUses final : public lifecycle::SecretUses {
 public:
  SecretUses(usage::Collector& collector, store::UsageStore& usage) : collector_(collector), usage_(usage) {}

  Result<std::optional<Instant>> last_use(TenantId tenant, KeyId key, std::uint64_t secret) override {
    LK_TRY(collector_.flush());
    LK_ASSIGN(const std::vector<store::SecretUse> uses, usage_.secret_uses(tenant, {key}));
    for (const store::SecretUse& use : uses) {
      if (use.secret == secret) return use.at;
    }
    return std::nullopt;
  }

 private:
  usage::Collector& collector_;
  store::UsageStore& usage_;
};

}  // namespace latchkey::app
