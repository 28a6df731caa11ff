// The secrets of all keys by their digest: a hash table whose slots are one cache line each and hold all that most checks
// need, so that a look-up is one miss. One writer; any number of readers, without locks.
//
//   KeyTable table(epochs);
//   table.prefetch(digest);                               // soon before:
//   const KeySlot* slot = table.find(digest);             // under a pin of `epochs`, good while it is held
//   table.put({digest, id, terms, life});                 // the writer: adds, or replaces the one with this digest
//
// Invariants: 1. what a slot holds does not change from when its `life` is first set until its array is freed, but for the
// mark that it is dead; 2. a slot, once taken, is not used again in its array, so a reader that meets a free one knows that
// it has seen all; 3. a replacement is there before what it replaces is dead, and `moves_` counts up in between, so a reader
// that found neither looks again. Linear probing; at most seven tenths of the places are taken or dead. The table is made
// of parts by the digest's first bits, each an array of its own, so that growth holds the writer up briefly.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <optional>

#include "base/table_memory.h"
#include "core/ids.h"
#include "credential/digest.h"
#include "registry/epoch.h"

namespace latchkey::registry {

struct alignas(64) KeySlot {
  static constexpr std::uint64_t kTaken = 1, kDead = 2;  // bits of `life`; the others are the user's

  credential::Digest digest{};
  KeyId id;
  std::uint64_t terms = 0;  // the user's
  std::atomic<std::uint64_t> life{0};
};
static_assert(sizeof(KeySlot) == 64);

// A digest's first eight bytes as a number: of a MAC, so uniform, and nobody's to choose.
inline std::uint64_t number_of(const credential::Digest& digest) {
  std::uint64_t number;
  std::memcpy(&number, digest.data(), sizeof number);
  return number;
}

class KeyTable {
 public:
  struct Entry {
    const credential::Digest& digest;
    KeyId id;
    std::uint64_t terms;
    std::uint64_t life;  // without kTaken and kDead
  };

  explicit KeyTable(EpochDomain& epochs);
  ~KeyTable();

  // Readers. Digests are compared in constant time.
  const KeySlot* find(const credential::Digest& digest) const;
  void prefetch(const credential::Digest& digest) const { prefetch(number_of(digest)); }

  // The writer. Each returns the terms of the entry that is no more, if there was one.
  std::optional<std::uint64_t> put(const Entry& entry);
  std::optional<std::uint64_t> erase(const credential::Digest& digest);
  // What place() says of a digest finds the slot again, wherever it was moved to, if its key is known as well.
  static constexpr int kPlaceBits = 36;
  static std::uint64_t place(const credential::Digest& digest) { return number_of(digest) >> (64 - kPlaceBits); }
  const KeySlot* find(KeyId id, std::uint64_t place) const;
  void prefetch_place(std::uint64_t place) const { prefetch(place << (64 - kPlaceBits)); }
  void reserve(std::size_t entries);
  std::size_t size() const;
  template <class Visit>
  void visit(Visit&& visitor) const {
    for (const Part& part : parts_) {
      for (const KeySlot& slot : part.slots.load(std::memory_order_relaxed)->at) {
        if (is_live(slot.life.load(std::memory_order_relaxed))) visitor(slot);
      }
    }
  }

 private:
  static constexpr int kPartBits = 4;
  static constexpr std::size_t kFirstSlots = 8;

  struct Slots {
    explicit Slots(std::size_t count) : at(count) {}
    std::size_t home(std::uint64_t number) const {
      // The 32 bits behind those that choose the part, spread over any number of places (Lemire, 2016).
      return (number << kPartBits >> 32) * at.size() >> 32;
    }
    std::size_t after(std::size_t place) const { return place + 1 == at.size() ? 0 : place + 1; }
    TableMemory<KeySlot> at;
  };
  struct alignas(64) Part {
    std::atomic<Slots*> slots;
    std::size_t live = 0;   // the writer's, as the next
    std::size_t taken = 0;  // live or dead
  };

  static bool is_live(std::uint64_t life) { return (life & (KeySlot::kTaken | KeySlot::kDead)) == KeySlot::kTaken; }
  static std::size_t part_of(std::uint64_t number) { return number >> (64 - kPartBits); }
  void prefetch(std::uint64_t number) const;
  KeySlot* find_live(const Slots& slots, const credential::Digest& digest) const;
  void make_room(Part& part, std::size_t live);
  void resize(Part& part, std::size_t count);

  EpochDomain& epochs_;
  std::array<Part, std::size_t{1} << kPartBits> parts_;
  std::atomic<std::uint64_t> moves_{0};
};

}  // namespace latchkey::registry
