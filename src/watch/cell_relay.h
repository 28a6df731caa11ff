// How what every node sees reaches the one that watches: the port. Adapter: app/cell_relay.h.
// Thread-safe; calls block.
#pragma once
#include <span>
#include <vector>

#include "base/error.h"
#include "watch/usage_source.h"

namespace latchkey::watch {

class CellRelay {
 public:
  virtual ~CellRelay() = default;
  // By a node that does not watch.
  virtual Result<void> pass_on(std::span<const UsageCell> cells) = 0;
  // By the one that does. What it takes nobody else gets.
  virtual Result<std::vector<UsageCell>> take() = 0;
};

}  // namespace latchkey::watch
