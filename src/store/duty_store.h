// Which node has which duty (base/duty.h), and what nodes hand to the one that has it: the ports. Adapter: store/postgres;
// a node that is alone needs none.
// Thread-safe; calls block. Not part of the change feed. Errors as in store/key_store.h.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/id.h"

namespace latchkey::store {

class DutyStore {
 public:
  virtual ~DutyStore() = default;
  // Whether `holder` has the duty for `lease_ms` from now on, by the store's clock: it had it before, or nobody has it any more.
  virtual Result<bool> hold(std::string_view duty, const Uuid& holder, std::int64_t lease_ms) = 0;
  // Fine when somebody else has it.
  virtual Result<void> release(std::string_view duty, const Uuid& holder) = 0;
};

// Bytes that wait, in the order in which they came, for whoever takes them.
class ParcelStore {
 public:
  // Of one topic; beyond these put() answers kTooLarge and keeps nothing.
  static constexpr std::int64_t kMaxWaiting = 2'000;

  virtual ~ParcelStore() = default;
  virtual Result<void> put(std::string_view topic, const std::string& bytes) = 0;
  // At most so many, the oldest first. They are gone then: each is taken once, whoever takes it.
  virtual Result<std::vector<std::string>> take(std::string_view topic, int limit) = 0;
};

}  // namespace latchkey::store
