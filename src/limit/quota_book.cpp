#include "limit/quota_book.h"

#include <algorithm>
#include <cstdlib>

namespace latchkey::limit {

std::uint64_t QuotaBook::used(const Uuid& owner, Period period, std::int64_t number) const {
  const auto found = counts_.find(key_of(owner, period));
  if (found == counts_.end()) return 0;
  for (const Count& count : found->second) {
    if (count.used > 0 && count.number == number) return count.used;
  }
  return 0;
}

// A new one takes a free place, or that of the period which is farther away.
QuotaBook::Count& QuotaBook::count_of(const Uuid& owner, Period period, std::int64_t number) {
  Counts& counts = counts_[key_of(owner, period)];
  for (Count& count : counts) {
    if (count.used > 0 && count.number == number) return count;
  }
  for (Count& count : counts) {
    if (count.used == 0) return count = {number, 0, 0};
  }
  Count& farther = std::abs(counts[0].number - number) > std::abs(counts[1].number - number) ? counts[0] : counts[1];
  return farther = {number, 0, 0};
}

void QuotaBook::add(const Uuid& owner, Period period, std::int64_t number, std::uint64_t cost) {
  count_of(owner, period, number).used += cost;
  changed_ = true;
}

void QuotaBook::restore(const QuotaCount& stored) {
  if (stored.used == 0) return;
  Count& count = count_of(stored.owner, stored.period, stored.number);
  count.used = std::max(count.used, stored.used);
  count.stored = stored.used;
  changed_ = true;
}

void QuotaBook::unsaved(std::vector<QuotaCount>& out) const {
  if (!changed_) return;
  for (const auto& [key, counts] : counts_) {
    for (const Count& count : counts) {
      if (count.used != count.stored) out.push_back({key.id, static_cast<Period>(key.kind), count.number, count.used});
    }
  }
}

void QuotaBook::saved(const QuotaCount& stored) {
  const auto found = counts_.find(key_of(stored.owner, stored.period));
  if (found == counts_.end()) return;
  for (Count& count : found->second) {
    if (count.number == stored.number) count.stored = stored.used;
  }
}

void QuotaBook::sweep(Instant now) {
  changed_ = false;
  for (auto entry = counts_.begin(); entry != counts_.end();) {
    const std::int64_t current = period_at(static_cast<Period>(entry->first.kind), now);
    bool wanted = false;
    for (const Count& count : entry->second) {
      changed_ |= count.used != count.stored;
      wanted |= count.used != count.stored || (count.used > 0 && count.number >= current);
    }
    entry = wanted ? std::next(entry) : counts_.erase(entry);
  }
  if (counts_.empty()) decltype(counts_)().swap(counts_);
}

std::size_t QuotaBook::memory_bytes() const {
  return counts_.bucket_count() * sizeof(void*) +
         counts_.size() * (sizeof(Subject) + sizeof(Counts) + 2 * sizeof(void*));
}

}  // namespace latchkey::limit
