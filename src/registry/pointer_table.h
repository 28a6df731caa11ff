// An open-addressing hash table of pointers: one writer, any number of readers without locks. A slot holds 16 bits of
// the hash beside the 48 bits of the pointer, so that a probe seldom touches a record it does not want.
//
// `Traits` gives: `using Key`, `static std::uint64_t hash(const Key&)`, `static bool matches(const T&, const Key&)`.
// Readers hold a pin of `domain` during find() and as long as they use the record. Records are the caller's.
// Invariants: linear probing; at most 60% of slots are taken or dead; a slot, once taken, is never empty again until the
// table is rebuilt, so a reader that meets an empty slot knows that the key is absent.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/check.h"
#include "registry/epoch.h"

namespace latchkey::registry {

template <class T, class Traits>
class PointerTable {
 public:
  using Key = typename Traits::Key;

  explicit PointerTable(EpochDomain& domain) : domain_(domain), slots_(new Slots(kMinSlots)) {}
  ~PointerTable() { delete slots_.load(); }

  T* find(const Key& key) const {
    const Slots& slots = *slots_.load(std::memory_order_seq_cst);
    const std::uint64_t hash = Traits::hash(key);
    for (std::size_t i = hash & slots.mask;; i = (i + 1) & slots.mask) {
      const std::uint64_t slot = slots.at[i].load(std::memory_order_seq_cst);
      if (slot == kEmpty) return nullptr;
      if (slot == kDead || tag_of(slot) != tag_for(hash)) continue;
      T* const record = pointer_of(slot);
      if (Traits::matches(*record, key)) return record;
    }
  }

  // Has the slot where a search for `key` begins brought near, for an operation that comes soon. The writer's.
  void prefetch(const Key& key) const {
    const Slots& slots = *slots_.load(std::memory_order_relaxed);
    __builtin_prefetch(&slots.at[Traits::hash(key) & slots.mask], 1);
  }

  // Puts `record` in the place of the one with the same key, which is returned (the caller retires it), or adds it.
  T* put(const Key& key, T* record) {
    reserve(size_ + 1);
    Slots& slots = *slots_.load(std::memory_order_relaxed);
    const std::uint64_t hash = Traits::hash(key);
    for (std::size_t i = hash & slots.mask;; i = (i + 1) & slots.mask) {
      const std::uint64_t slot = slots.at[i].load(std::memory_order_relaxed);
      if (slot == kEmpty) {
        slots.at[i].store(pack(hash, record), std::memory_order_seq_cst);
        ++size_;
        ++taken_;
        return nullptr;
      }
      if (slot == kDead || tag_of(slot) != tag_for(hash)) continue;
      T* const before = pointer_of(slot);
      if (!Traits::matches(*before, key)) continue;
      slots.at[i].store(pack(hash, record), std::memory_order_seq_cst);
      return before;
    }
  }

  T* erase(const Key& key) {
    Slots& slots = *slots_.load(std::memory_order_relaxed);
    const std::uint64_t hash = Traits::hash(key);
    for (std::size_t i = hash & slots.mask;; i = (i + 1) & slots.mask) {
      const std::uint64_t slot = slots.at[i].load(std::memory_order_relaxed);
      if (slot == kEmpty) return nullptr;
      if (slot == kDead || tag_of(slot) != tag_for(hash)) continue;
      T* const record = pointer_of(slot);
      if (!Traits::matches(*record, key)) continue;
      slots.at[i].store(kDead, std::memory_order_seq_cst);
      --size_;
      return record;
    }
  }

  std::size_t size() const { return size_; }

  template <class Visit>
  void visit(Visit&& visitor) const {
    const Slots& slots = *slots_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i <= slots.mask; ++i) {
      const std::uint64_t slot = slots.at[i].load(std::memory_order_relaxed);
      if (slot != kEmpty && slot != kDead) visitor(pointer_of(slot));
    }
  }

  // Makes room for `count` records in all.
  void reserve(std::size_t count) {
    Slots& slots = *slots_.load(std::memory_order_relaxed);
    if (std::max(count, taken_ + 1) * 10 <= (slots.mask + 1) * 6) return;
    std::size_t wanted = kMinSlots;
    while (count * 10 > wanted * 6) wanted *= 2;
    // Dead slots alone may have filled it; then the same size, rebuilt, will do. Twice the need, or it would soon be
    // rebuilt again.
    if (count * 10 > wanted * 4) wanted *= 2;
    rebuild(wanted);
  }

 private:
  static constexpr std::size_t kMinSlots = 64;
  static constexpr std::uint64_t kEmpty = 0;
  static constexpr std::uint64_t kDead = 1;
  static constexpr int kTagShift = 48;

  struct Slots {
    explicit Slots(std::size_t count) : mask(count - 1), at(new std::atomic<std::uint64_t>[count]()) {}
    std::size_t mask;
    std::unique_ptr<std::atomic<std::uint64_t>[]> at;
  };

  static std::uint64_t tag_for(std::uint64_t hash) { return hash >> kTagShift; }
  static std::uint64_t tag_of(std::uint64_t slot) { return slot >> kTagShift; }
  static T* pointer_of(std::uint64_t slot) { return reinterpret_cast<T*>(slot & ((std::uint64_t{1} << kTagShift) - 1)); }
  static std::uint64_t pack(std::uint64_t hash, T* record) {
    const auto pointer = reinterpret_cast<std::uint64_t>(record);
    LK_CHECK(pointer >> kTagShift == 0);
    return tag_for(hash) << kTagShift | pointer;
  }

  void rebuild(std::size_t count) {
    Slots* const before = slots_.load(std::memory_order_relaxed);
    auto* const after = new Slots(count);
    visit([&](T* record) {
      const std::uint64_t hash = Traits::hash(Traits::key(*record));
      std::size_t i = hash & after->mask;
      while (after->at[i].load(std::memory_order_relaxed) != kEmpty) i = (i + 1) & after->mask;
      after->at[i].store(pack(hash, record), std::memory_order_relaxed);
    });
    taken_ = size_;
    slots_.store(after, std::memory_order_seq_cst);
    domain_.retire([before] { delete before; });
  }

  EpochDomain& domain_;
  std::atomic<Slots*> slots_;
  std::size_t size_ = 0;   // records
  std::size_t taken_ = 0;  // slots that are not empty
};

}  // namespace latchkey::registry
