#include "usage/observations.h"

#include <cstring>

namespace latchkey::usage {
namespace {

// Keys' ids end in random bits, so that no caller chooses where its cells come to lie.
std::size_t hash_of(const KeyId& key, ObservedKind kind, std::uint16_t index) {
  std::uint64_t low;
  std::memcpy(&low, key.bytes().data() + 8, sizeof low);
  std::uint64_t z = (low ^ (static_cast<std::uint64_t>(kind) << 16 | index)) * 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93ULL;
  return z ^ (z >> 32);
}

template <class Set, class Visit>
void for_each_member(const Set& set, Visit&& visitor) {
  for (std::size_t word = 0; word < set.words().size(); ++word) {
    for (std::uint64_t left = set.words()[word]; left != 0; left &= left - 1) {
      visitor(static_cast<std::uint16_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(left))));
    }
  }
}

}  // namespace

void Observations::note(const Use& use) {
  const Observed& seen = use.observed;
  if (seen.channels != nullptr)
    for_each_member(*seen.channels, [&](std::uint16_t i) { note(use, ObservedKind::kChannel, i); });
  if (seen.attributes != nullptr)
    for_each_member(*seen.attributes, [&](std::uint16_t i) { note(use, ObservedKind::kAttribute, i); });
  if (!seen.any_mark()) return;
  for (int kind = 0; kind < kObservedKinds; ++kind) {
    if (seen.has(static_cast<ObservedKind>(kind))) note(use, static_cast<ObservedKind>(kind), 0);
  }
}

void Observations::note(const Use& use, ObservedKind kind, std::uint16_t index) {
  const Cell like{use.key, use.tenant, kind, index, 0, use.at.unix_ms, use.at.unix_ms};
  Cell* const cell = cells_.find_or_add(like, hash_of(use.key, kind, index));
  if (cell == nullptr) {
    complete_ = false;
    return;
  }
  ++cell->count;
  cell->last_ms = use.at.unix_ms;
}

void Observations::clear() {
  cells_.clear();
  complete_ = true;
}

}  // namespace latchkey::usage
