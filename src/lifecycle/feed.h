// What a change waits for: that this node's registry follows the feed up to a sequence. The registry's follower
// implements it (registry/follower.h); the lifecycle room only knows this port.
#pragma once
#include "base/error.h"
#include "store/key_store.h"

namespace latchkey::lifecycle {

class Feed {
 public:
  virtual ~Feed() = default;
  // Returns when every check on this node sees all changes up to `sequence`. Thread-safe.
  virtual Result<void> follow_to(store::Sequence sequence) = 0;
};

}  // namespace latchkey::lifecycle
