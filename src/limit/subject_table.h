// What each subject has in its windows: a flat hash table, in which a subject with one window and few admissions is two
// neighbouring cache lines and nothing else. Not thread-safe, but for prefetch().
//
//   SubjectTable table;
//   const std::uint64_t hash = SubjectHash{}(subject);
//   table.prefetch(hash);                     // any thread, soon before:
//   SlidingWindow* window = table.find(subject, hash, length_ns);
//   table.of(subject, hash, length_ns).add(...);
//
// Linear probing over any number of places, of which at most three quarters are taken; a subject goes when sweep() finds
// nothing left in its windows. Pointers are good until the next of() or sweep().
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/table_memory.h"
#include "limit/sliding_window.h"
#include "limit/subject.h"

namespace latchkey::limit {

class SubjectTable {
 public:
  // Null: there is nothing in it.
  SlidingWindow* find(const Subject& subject, std::uint64_t hash, std::int64_t length_ns);
  // Made if it was not there.
  SlidingWindow& of(const Subject& subject, std::uint64_t hash, std::int64_t length_ns);
  void prefetch(std::uint64_t hash) const {
    const Entry* const entries = place_.load(std::memory_order_relaxed);
    if (entries == nullptr) return;
    const char* const entry = reinterpret_cast<const char*>(entries + home(hash, count_.load(std::memory_order_relaxed)));
    __builtin_prefetch(entry, 1);
    __builtin_prefetch(entry + 64, 1);
  }

  // Forgets what has left the windows, and whom nothing is left of.
  void sweep(std::int64_t now_ns);
  std::size_t size() const { return size_; }
  std::size_t memory_bytes() const;

 private:
  struct Window {
    std::int64_t length_ns = 0;
    SlidingWindow window;
  };
  struct alignas(64) Entry {
    Subject subject;
    bool taken = false;
    Window first;
    std::unique_ptr<std::vector<Window>> more;  // few subjects have several

    SlidingWindow* find(std::int64_t length_ns);
    bool expire(std::int64_t now_ns);  // whether nothing is left
  };
  static_assert(sizeof(Entry) == 128);

  // The high half of the product: the hash's low half, spread over any number of places (Lemire, 2016).
  static std::size_t home(std::uint64_t hash, std::size_t places) { return (hash & 0xffffffff) * places >> 32; }
  std::size_t after(std::size_t place) const { return place + 1 == entries_.size() ? 0 : place + 1; }
  Entry* find_entry(const Subject& subject, std::uint64_t hash);
  Entry& free_entry(std::uint64_t hash);
  void resize(std::size_t places);
  void erase(std::size_t place);

  TableMemory<Entry> entries_;
  std::size_t size_ = 0;
  Entry* last_ = nullptr;  // found last; a request is judged and then counted
  // For prefetch(), which must not wait: where the entries are, or were until just now; asking for either does no harm.
  std::atomic<const Entry*> place_{nullptr};
  std::atomic<std::size_t> count_{0};
};

}  // namespace latchkey::limit
