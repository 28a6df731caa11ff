// Where the counts of quotas are kept between two runs: the port. Adapter: store/tables. Every adapter passes the contract
// suite store/quota_store_contract_test.h.
//
//   store.record_quota_counts(limiter.unsaved());                  // every second, and at the end
//   auto counts = store.load_quota_counts(today);                  // before the first request is decided
//
// A write is one transaction, durable before it returns, and not part of the change feed. Thread-safe; calls block.
#pragma once
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "core/limits.h"

namespace latchkey::store {

class QuotaStore {
 public:
  virtual ~QuotaStore() = default;
  // A count that is stored already only grows. Of each owner and kind of period the count itself, the two before it and
  // all after it stay; earlier ones go.
  virtual Result<void> record_quota_counts(const std::vector<QuotaCount>& counts) = 0;
  // Of the periods that `today` lies in, and of later ones, which a clock that was ahead has left.
  virtual Result<std::vector<QuotaCount>> load_quota_counts(Instant today) = 0;
};

}  // namespace latchkey::store
