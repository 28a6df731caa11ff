// Where in the key table a key's first secret is, by the key's id; for the writer alone. Eight bytes for each key: bits of
// the id's hash, and the digest's place (KeyTable::place), which stays true when the table grows.
//
//   IdIndex index(table);
//   index.put(id, digest);    // replaces what stood there for the key, whose slot must still be in the table
//   const KeySlot* slot = index.find(id);
//
// Linear probing; at most three quarters of the places are taken, and erasing leaves no gap.
#pragma once
#include <cstdint>

#include "registry/key_table.h"

namespace latchkey::registry {

class IdIndex {
 public:
  explicit IdIndex(const KeyTable& table) : table_(table), words_(kFirstWords) {}

  const KeySlot* find(KeyId id) const;
  void prefetch(KeyId id) const { __builtin_prefetch(&words_[home(hash_of(id))], 1); }
  void put(KeyId id, const credential::Digest& digest);
  // While the slot is still in the table.
  void erase(KeyId id);
  void reserve(std::size_t keys);
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kFirstWords = 64;
  static constexpr std::size_t kNowhere = ~std::size_t{0};
  static constexpr std::uint64_t kPlaceMask = (std::uint64_t{1} << KeyTable::kPlaceBits) - 1;
  static constexpr int kHashBits = 64 - KeyTable::kPlaceBits;

  // kHashBits of them, of which the last is set, so that no word is 0.
  static std::uint64_t hash_of(KeyId id);
  std::size_t home(std::uint64_t hash) const { return hash * words_.size() >> kHashBits; }
  std::size_t after(std::size_t place) const { return place + 1 == words_.size() ? 0 : place + 1; }
  std::size_t where(KeyId id) const;
  void insert(std::uint64_t word);
  void resize(std::size_t count);

  const KeyTable& table_;
  TableMemory<std::uint64_t> words_;  // hash, then place; 0: free
  std::size_t size_ = 0;
};

}  // namespace latchkey::registry
