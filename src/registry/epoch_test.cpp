#include "registry/epoch.h"

#include <gtest/gtest.h>

namespace latchkey::registry {
namespace {

TEST(EpochDomain, FreesOnlyWhenNoPinCouldStillSeeIt) {
  EpochDomain domain;
  EpochDomain::Reader reader(domain);
  bool freed = false;
  {
    const EpochDomain::Pin pin(reader);
    domain.retire([&] { freed = true; });
    domain.collect();
    EXPECT_FALSE(freed);
  }
  domain.collect();
  EXPECT_TRUE(freed);
}

TEST(EpochDomain, ALaterPinDoesNotHoldBackWhatWasRetiredBefore) {
  EpochDomain domain;
  EpochDomain::Reader early(domain), late(domain);
  int freed = 0;
  {
    const EpochDomain::Pin pin(late);
    domain.retire([&] { ++freed; });
    EXPECT_EQ(freed, 0);
  }
  const EpochDomain::Pin pin(early);
  domain.collect();
  EXPECT_EQ(freed, 1);
}

TEST(EpochDomain, FreesManyTogetherWithoutBeingAsked) {
  EpochDomain domain;
  std::size_t freed = 0;
  for (std::size_t i = 1; i <= 10 * EpochDomain::kTogether; ++i) {
    domain.retire([&] { ++freed; });
    EXPECT_EQ(freed, i / EpochDomain::kTogether * EpochDomain::kTogether);
  }
}

TEST(EpochDomain, FreesTheRestAtItsEnd) {
  int freed = 0;
  {
    EpochDomain domain;
    EpochDomain::Reader reader(domain);
    const EpochDomain::Pin pin(reader);
    domain.retire([&] { ++freed; });
  }
  EXPECT_EQ(freed, 1);
}

// Run under ThreadSanitizer and AddressSanitizer, this is the proof that no reader meets freed memory.
TEST(EpochDomain, ReadersNeverSeeFreedMemory) {
  struct Value {
    explicit Value(int n) : a(n), b(n) {}
    ~Value() { a = -1; }
    int a, b;
  };
  EpochDomain domain;
  std::atomic<Value*> shared{new Value(0)};
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      EpochDomain::Reader reader(domain);
      while (!stop.load()) {
        const EpochDomain::Pin pin(reader);
        const Value* value = shared.load(std::memory_order_seq_cst);
        ASSERT_EQ(value->a, value->b);
      }
    });
  }
  for (int i = 1; i <= 20'000; ++i) {
    Value* before = shared.exchange(new Value(i), std::memory_order_seq_cst);
    domain.retire([before] { delete before; });
  }
  stop = true;
  for (auto& thread : readers) thread.join();
  domain.collect();
  EXPECT_EQ(domain.waiting(), 0u);
  delete shared.load();
}

}  // namespace
}  // namespace latchkey::registry
