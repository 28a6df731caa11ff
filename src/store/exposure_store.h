// Where it is kept that secrets were exposed (core/exposure.h), and what was done about it: the port. Every adapter passes
// the contract suite store/exposure_store_contract_test.h.
//
// Thread-safe; calls block. Writes are durable before they return. Errors as in store/key_store.h.
#pragma once
#include <span>
#include <vector>

#include "base/error.h"
#include "core/exposure.h"

namespace latchkey::store {

struct NotedExposure {
  bool is_new = false;                            // this secret was not known to be exposed like this
  ExposureAction action = ExposureAction::kNone;  // what has been done about the secret, whatever it was exposed by
};

// What was done to keys by itself since some moment; what was held back aside.
struct ExposureActs {
  std::int64_t of_tenant = 0;
  std::int64_t of_all = 0;
};

class ExposureStore {
 public:
  // Ways of exposure of one key. Of more, those go that were seen longest ago; what says that something was done goes last.
  static constexpr int kMaxKept = 50;

  virtual ~ExposureStore() = default;

  // Counts up what is like `seen` (key, secret, how, source and url) by seen.count, last at seen.last_at, or begins it.
  // kNotFound when there is no such tenant.
  virtual Result<NotedExposure> note_exposure(const KeyExposure& seen) = 0;
  // Something was done about the secret because of `seen`, which was noted. Answers false, and writes nothing, if
  // something had been done about it before.
  virtual Result<bool> mark_acted(const KeyExposure& seen, ExposureAction action, Instant at) = 0;
  virtual Result<ExposureActs> acts_since(TenantId tenant, Instant since) = 0;
  // Those of these keys, at most 1000, in any order.
  virtual Result<std::vector<KeyExposure>> exposures_of(TenantId tenant, std::span<const KeyId> keys) = 0;
};

}  // namespace latchkey::store
