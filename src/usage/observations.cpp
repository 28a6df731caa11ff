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

void Observations::prefetch(const Cell* cells, std::size_t count, const KeyId& key, const Observed& seen) {
  constexpr int kMost = 4;
  int left = kMost;
  const auto fetch = [&](ObservedKind kind, std::uint16_t index) {
    if (--left < 0) return;
    const Cell* const cell = cells + (hash_of(key, kind, index) & (count - 1));
    __builtin_prefetch(cell, 1);
  };
  if (seen.channels != nullptr)
    for_each_member(*seen.channels, [&](std::uint16_t i) { fetch(ObservedKind::kChannel, i); });
  if (seen.attributes != nullptr)
    for_each_member(*seen.attributes, [&](std::uint16_t i) { fetch(ObservedKind::kAttribute, i); });
}

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
  if (used_ * 4 >= cells_.size() * 3) {
    if (cells_.size() >= kMaxCells) {
      complete_ = false;
      return;
    }
    grow();
  }
  const std::size_t mask = cells_.size() - 1;
  std::size_t at = hash_of(use.key, kind, index) & mask;
  while (cells_[at].count != 0 && !(cells_[at].index == index && cells_[at].kind == kind && cells_[at].key == use.key))
    at = (at + 1) & mask;
  Cell& cell = cells_[at];
  if (cell.count == 0) {
    cell = {use.key, use.tenant, kind, index, 0, use.at.unix_ms, use.at.unix_ms};
    ++used_;
  }
  ++cell.count;
  cell.last_ms = use.at.unix_ms;
}

void Observations::grow() {
  TableMemory<Cell> larger(cells_.size() * 2);
  const std::size_t mask = larger.size() - 1;
  for (const Cell& cell : cells_) {
    if (cell.count == 0) continue;
    std::size_t at = hash_of(cell.key, cell.kind, cell.index) & mask;
    while (larger[at].count != 0) at = (at + 1) & mask;
    larger[at] = cell;
  }
  cells_ = std::move(larger);
}

void Observations::clear() {
  // A table that was large once would make every look at it slow.
  if (cells_.size() > 16 * kFirstCells && used_ < cells_.size() / 16) {
    cells_ = TableMemory<Cell>(cells_.size() / 4);
  } else if (used_ > 0) {
    std::fill(cells_.begin(), cells_.end(), Cell{});
  }
  used_ = 0;
  complete_ = true;
}

}  // namespace latchkey::usage
