#include "registry/pointer_table.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace latchkey::registry {
namespace {

struct Item {
  std::uint64_t key = 0;
  int value = 0;
};
struct ItemTraits {
  using Key = std::uint64_t;
  static const Key& key(const Item& item) { return item.key; }
  // Few distinct values, so that probes run long and wrap around.
  static std::uint64_t hash(const Key& key) { return (key % 7) * 0x0123456789abcdef; }
  static bool matches(const Item& item, const Key& key) { return item.key == key; }
};

TEST(PointerTable, AgreesWithAMapUnderRandomOperations) {
  SeededRandom random(11);
  EpochDomain domain;
  PointerTable<Item, ItemTraits> table(domain);
  std::map<std::uint64_t, std::unique_ptr<Item>> model;
  for (int step = 0; step < 20'000; ++step) {
    const std::uint64_t key = random.next() % 200;
    switch (random.next() % 3) {
      case 0: {
        auto item = std::make_unique<Item>(Item{key, step});
        Item* const before = table.put(key, item.get());
        ASSERT_EQ(before, model.contains(key) ? model[key].get() : nullptr);
        model[key] = std::move(item);
        break;
      }
      case 1: {
        Item* const before = table.erase(key);
        ASSERT_EQ(before, model.contains(key) ? model[key].get() : nullptr);
        model.erase(key);
        break;
      }
      default: ASSERT_EQ(table.find(key), model.contains(key) ? model[key].get() : nullptr);
    }
    ASSERT_EQ(table.size(), model.size());
  }
}

TEST(PointerTable, VisitsEachOnce) {
  EpochDomain domain;
  PointerTable<Item, ItemTraits> table(domain);
  std::vector<Item> items(1000);
  table.reserve(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].key = i;
    table.put(i, &items[i]);
  }
  std::size_t seen = 0;
  table.visit([&](Item*) { ++seen; });
  EXPECT_EQ(seen, items.size());
}

}  // namespace
}  // namespace latchkey::registry
