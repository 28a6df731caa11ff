#include "registry/key_table.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "base/random.h"

namespace latchkey::registry {
namespace {

using credential::Digest;

// Distinct, but with few distinct numbers, so that searches run long, past the end of an array and round it.
Digest crowded(std::uint64_t n) {
  Digest digest{};
  const std::uint64_t number = n % 5 == 4 ? ~std::uint64_t{0} : n % 5 << 62 | 0x0fff'ffff'0000'0000;
  std::memcpy(digest.data(), &number, sizeof number);
  std::memcpy(digest.data() + 8, &n, sizeof n);
  return digest;
}

KeyId id_of(std::uint64_t n) {
  Uuid bytes{};
  std::memcpy(bytes.data(), &n, sizeof n);
  return KeyId(bytes);
}

constexpr std::uint64_t kLife = 0xabc0;

TEST(KeyTable, AgreesWithAMapUnderRandomOperations) {
  SeededRandom random(11);
  EpochDomain epochs;
  KeyTable table(epochs);
  std::map<std::uint64_t, std::uint64_t> model;
  for (std::uint64_t step = 1; step <= 40'000; ++step) {
    const std::uint64_t n = random.next() % 300;
    const Digest digest = crowded(n);
    const auto expected = model.contains(n) ? std::optional(model[n]) : std::nullopt;
    switch (random.next() % 4) {
      case 0:
        ASSERT_EQ(table.put({digest, id_of(n), step, kLife}), expected);
        model[n] = step;
        break;
      case 1:
        ASSERT_EQ(table.erase(digest), expected);
        model.erase(n);
        break;
      default: {
        table.prefetch(digest);
        const KeySlot* const slot = table.find(digest);
        ASSERT_EQ(slot != nullptr, expected.has_value()) << n << " at step " << step;
        ASSERT_EQ(table.find(id_of(n), KeyTable::place(digest)), slot);
        if (slot == nullptr) break;
        ASSERT_EQ(slot->terms, *expected);
        ASSERT_EQ(slot->id, id_of(n));
        ASSERT_EQ(slot->life & ~KeySlot::kTaken, kLife);
      }
    }
    ASSERT_EQ(table.size(), model.size());
    if (step == 20'000) table.reserve(5'000);
  }
  std::size_t seen = 0;
  table.visit([&](const KeySlot&) { ++seen; });
  EXPECT_EQ(seen, model.size());
}

TEST(KeyTable, ManyThatAreSpreadAreAllFoundBeforeAndAfterGrowth) {
  EpochDomain epochs;
  KeyTable table(epochs);
  const auto digest_of = [](int n) { return credential::sha256(std::to_string(n)); };
  for (int n = 0; n < 50'000; ++n) {
    ASSERT_FALSE(table.put({digest_of(n), id_of(static_cast<std::uint64_t>(n)), static_cast<std::uint64_t>(n), kLife}));
  }
  for (int n = 0; n < 50'000; ++n) ASSERT_EQ(table.find(digest_of(n))->terms, static_cast<std::uint64_t>(n));
  for (int n = 50'000; n < 60'000; ++n) ASSERT_EQ(table.find(digest_of(n)), nullptr);
}

// A replacement may stand before or behind what it replaces; whoever looks meanwhile finds one of them.
TEST(KeyTable, AnEntryIsNeverMissingWhileItIsReplaced) {
  constexpr std::uint64_t kEntries = 40;
  EpochDomain epochs;
  KeyTable table(epochs);
  for (std::uint64_t n = 0; n < kEntries; ++n) table.put({crowded(n), id_of(n), n, kLife});
  std::atomic<bool> stop{false};
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t) {
    readers.emplace_back([&] {
      EpochDomain::Reader reader(epochs);
      for (std::uint64_t n = 0; !stop; n = (n + 1) % kEntries) {
        const EpochDomain::Pin pin(reader);
        const KeySlot* const slot = table.find(crowded(n));
        ASSERT_NE(slot, nullptr);
        ASSERT_EQ(slot->terms % kEntries, n);
        ASSERT_EQ(slot->id, id_of(n));
      }
    });
  }
  for (std::uint64_t round = 1; round < 2'000; ++round) {
    for (std::uint64_t n = 0; n < kEntries; ++n) table.put({crowded(n), id_of(n), round * kEntries + n, kLife});
  }
  stop = true;
  for (auto& reader : readers) reader.join();
}

}  // namespace
}  // namespace latchkey::registry
