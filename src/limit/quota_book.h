// What was used in days and months. Of each owner and kind of period the counts of two periods are kept, the current one
// and the one before it in use, so that a clock that goes back finds what was used then. Not thread-safe.
//
//   QuotaBook book;
//   book.add(tenant.bytes(), Period::kDay, day, cost);
//   book.used(tenant.bytes(), Period::kDay, day);
//
// An owner costs memory while it has a count of the current period, or one that is not stored yet.
#pragma once
#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "core/limits.h"
#include "limit/subject.h"

namespace latchkey::limit {

class QuotaBook {
 public:
  std::uint64_t used(const Uuid& owner, Period period, std::int64_t number) const;
  void add(const Uuid& owner, Period period, std::int64_t number, std::uint64_t cost);

  // A count that was stored; the larger one holds if there is one already.
  void restore(const QuotaCount& count);
  // Appends the counts that differ from what is stored.
  void unsaved(std::vector<QuotaCount>& out) const;
  void saved(const QuotaCount& count);

  // Forgets whoever has stored counts of earlier periods alone.
  void sweep(Instant now);
  std::size_t owners() const { return counts_.size(); }
  std::size_t memory_bytes() const;

 private:
  struct Count {
    std::int64_t number = 0;
    std::uint64_t used = 0;
    std::uint64_t stored = 0;
  };
  using Counts = std::array<Count, 2>;  // one that was not used yet is free
  static Subject key_of(const Uuid& owner, Period period) { return {owner, static_cast<std::uint32_t>(period)}; }
  Count& count_of(const Uuid& owner, Period period, std::int64_t number);

  std::unordered_map<Subject, Counts, SubjectHash> counts_;
  bool changed_ = false;  // since everything was found to be stored
};

}  // namespace latchkey::limit
