// Epoch-based reclamation (Fraser, "Practical lock-freedom", 2004, ch. 5): readers look at shared objects without a lock;
// a writer frees what it replaced only when every reader that could have seen it has let go.
//
//   EpochDomain domain;
//   EpochDomain::Reader reader(domain);             // one per thread, made once
//   { EpochDomain::Pin pin(reader); use(table.load()); }
//   domain.retire([old] { delete old; });           // writers, one at a time
//
// Invariants: 1. a reader's slot holds 0 while it is not pinned, else the epoch it saw when it pinned; 2. an object
// retired in epoch e is freed only when no slot holds a value from 1 to e; 3. pins are short and don't nest.
// Readers may come and go on any thread; a Reader is used by one thread at a time.
#pragma once
#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace latchkey::registry {

class EpochDomain {
 public:
  static constexpr std::size_t kMaxReaders = 512;

  EpochDomain() = default;
  ~EpochDomain();  // every reader is gone; frees the rest
  EpochDomain(const EpochDomain&) = delete;
  EpochDomain& operator=(const EpochDomain&) = delete;

  class Pin;
  class Reader {
   public:
    explicit Reader(EpochDomain& domain);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

   private:
    friend class EpochDomain::Pin;
    EpochDomain& domain_;
    std::atomic<std::uint64_t>* slot_;
    std::size_t index_;
  };

  class Pin {
   public:
    explicit Pin(Reader& reader);
    ~Pin() { slot_->store(0, std::memory_order_release); }
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;

   private:
    std::atomic<std::uint64_t>* slot_;
  };

  // Writers only, serialized by the caller. `free` runs in a later call: those of kTogether at a time, because to look
  // which readers are pinned interrupts them (base/asymmetric_fence.h).
  static constexpr std::size_t kTogether = 64;
  void retire(std::function<void()> free);
  // Frees what can be freed, without waiting for more.
  void collect();
  std::size_t waiting() const { return retired_.size(); }

 private:
  struct alignas(64) Slot {
    std::atomic<std::uint64_t> epoch{0};
  };
  struct Retired {
    std::uint64_t epoch;
    std::function<void()> free;
  };

  std::atomic<std::uint64_t> epoch_{1};
  std::array<Slot, kMaxReaders> slots_{};
  std::mutex mutex_;  // over used_
  std::array<bool, kMaxReaders> used_{};
  std::vector<Retired> retired_;  // touched by the one writer
};

}  // namespace latchkey::registry
