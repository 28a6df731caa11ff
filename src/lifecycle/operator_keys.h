// The keys of programs that manage Latchkey itself. Made by `latchkey init`, shown once, stored as a digest under the
// pepper; they have a format of their own, so that neither kind can be taken for the other. Thread-safe.
#pragma once
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "base/secret.h"
#include "core/api_key.h"
#include "credential/digest.h"
#include "store/key_store.h"

namespace latchkey::lifecycle {

class OperatorKeys {
 public:
  OperatorKeys(store::KeyStore& store, const credential::Peppers& peppers, const Clock& clock, Random& random);

  Result<Secret> create();  // the only copy
  // Who it is; kUnauthenticated when `text` is no operator key of ours.
  Result<Actor> authenticate(std::string_view text);

 private:
  Result<std::optional<Actor>> look_up(std::string_view text);

  store::KeyStore& store_;
  const credential::Peppers& peppers_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::vector<store::OperatorKeyRecord> known_;  // guarded by mutex_; read again when a key isn't among them
};

}  // namespace latchkey::lifecycle
