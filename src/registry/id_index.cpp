#include "registry/id_index.h"

namespace latchkey::registry {

std::uint64_t IdIndex::hash_of(KeyId id) {
  // An id ends in random bits, which nobody chooses, behind some of the time.
  std::uint64_t random;
  std::memcpy(&random, id.bytes().data() + 8, sizeof random);
  return (random * 0x9e3779b97f4a7c15) >> (64 - kHashBits) | 1;
}

std::size_t IdIndex::where(KeyId id) const {
  const std::uint64_t hash = hash_of(id);
  for (std::size_t place = home(hash); words_[place] != 0; place = after(place)) {
    if (words_[place] >> KeyTable::kPlaceBits == hash && table_.find(id, words_[place] & kPlaceMask) != nullptr)
      return place;
  }
  return kNowhere;
}

const KeySlot* IdIndex::find(KeyId id) const {
  const std::size_t place = where(id);
  return place == kNowhere ? nullptr : table_.find(id, words_[place] & kPlaceMask);
}

void IdIndex::put(KeyId id, const credential::Digest& digest) {
  const std::uint64_t word = hash_of(id) << KeyTable::kPlaceBits | KeyTable::place(digest);
  if (const std::size_t place = where(id); place != kNowhere) {
    words_[place] = word;
    return;
  }
  reserve(size_ + 1);
  insert(word);
  ++size_;
}

void IdIndex::erase(KeyId id) {
  std::size_t gap = where(id);
  if (gap == kNowhere) return;
  --size_;
  for (std::size_t next = after(gap); words_[next] != 0; next = after(next)) {
    const std::size_t wanted = home(words_[next] >> KeyTable::kPlaceBits);
    const bool stays = gap < next ? gap < wanted && wanted <= next : gap < wanted || wanted <= next;
    if (stays) continue;
    words_[gap] = words_[next];
    gap = next;
  }
  words_[gap] = 0;
}

void IdIndex::reserve(std::size_t keys) {
  if (keys * 4 > words_.size() * 3) resize(keys + keys / 2);
}

void IdIndex::insert(std::uint64_t word) {
  std::size_t place = home(word >> KeyTable::kPlaceBits);
  while (words_[place] != 0) place = after(place);
  words_[place] = word;
}

void IdIndex::resize(std::size_t count) {
  const TableMemory<std::uint64_t> before = std::exchange(words_, TableMemory<std::uint64_t>(count));
  for (const std::uint64_t word : before) {
    if (word != 0) insert(word);
  }
}

}  // namespace latchkey::registry
