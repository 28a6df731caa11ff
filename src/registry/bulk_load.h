// Puts keys into a registry by the batch, as a node that starts reads them: equal rules are compiled once, and a batch is
// put under one lock. One for each thread that loads; it holds policies, so it goes before the registry does.
//
//   Registry::BulkLoad load(registry);
//   load.put(rows);   // any number of times
#pragma once
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "registry/registry.h"
#include "store/key_row.h"

namespace latchkey::registry {

class Registry::BulkLoad {
 public:
  explicit BulkLoad(Registry& registry) : registry_(registry) {}
  ~BulkLoad();
  BulkLoad(const BulkLoad&) = delete;
  BulkLoad& operator=(const BulkLoad&) = delete;

  // Of one visit. Their tenants must have been put before.
  void put(std::span<const store::KeyRow> rows);

 private:
  std::uint32_t policy_of(const store::KeyRules& rules);
  void let_go();

  Registry& registry_;
  std::unordered_map<std::uint64_t, std::uint32_t> policies_;  // by KeyRules::number; each is a use
  std::vector<std::uint32_t> of_row_;                          // reused
};

}  // namespace latchkey::registry
