#include "registry/id_index.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace latchkey::registry {
namespace {

using credential::Digest;

// Ids whose hash leaves few homes, so that words stand in each other's way.
KeyId id_of(std::uint64_t n) {
  Uuid bytes{};
  std::memcpy(bytes.data(), &n, sizeof n);
  bytes[8] = static_cast<std::uint8_t>(n % 3);
  return KeyId(bytes);
}

Digest digest_of(std::uint64_t n) { return credential::sha256(std::to_string(n)); }

TEST(IdIndex, AgreesWithAMapUnderRandomOperations) {
  SeededRandom random(5);
  EpochDomain epochs;
  KeyTable table(epochs);
  IdIndex index(table);
  std::map<std::uint64_t, std::uint64_t> model;  // key to secret
  std::uint64_t next_secret = 0;
  for (int step = 0; step < 30'000; ++step) {
    const std::uint64_t n = random.next() % 400;
    const bool there = model.contains(n);
    switch (random.next() % 3) {
      case 0: {
        const std::uint64_t secret = next_secret++;
        table.put({digest_of(secret), id_of(n), secret, 0});
        index.put(id_of(n), digest_of(secret));
        if (there) table.erase(digest_of(model[n]));
        model[n] = secret;
        break;
      }
      case 1:
        index.erase(id_of(n));
        if (there) table.erase(digest_of(model[n]));
        model.erase(n);
        break;
      default: {
        index.prefetch(id_of(n));
        const KeySlot* const slot = index.find(id_of(n));
        ASSERT_EQ(slot != nullptr, there) << n << " at step " << step;
        if (there) {
          ASSERT_EQ(slot->terms, model[n]);
        }
      }
    }
    ASSERT_EQ(index.size(), model.size());
  }
  for (const auto& [n, secret] : model) ASSERT_EQ(index.find(id_of(n))->terms, secret);
}

}  // namespace
}  // namespace latchkey::registry
