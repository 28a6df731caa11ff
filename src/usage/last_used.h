// When and from where each key was last used, from the checks to the store. A check notes it on the key's record and,
// once per key and interval, in its own thread's ring; whoever flushes reads the rings. No lock and no allocation in
// note(); a full ring makes a key's time late, never wrong.
//
//   LastUsedBook book;
//   LastUsedBook::Writer writer(book);                    // one per thread that checks
//   writer.note(live_key, now, address);
//   book.flush(registry, store);                          // every second, and at the end
#pragma once
#include <array>
#include <atomic>
#include <list>
#include <memory>
#include <mutex>

#include "base/clock.h"
#include "base/error.h"
#include "core/ids.h"
#include "core/ip.h"
#include "registry/registry.h"
#include "store/key_store.h"

namespace latchkey::usage {

class LastUsedBook {
  static constexpr std::size_t kRing = 16'384;  // ids; a power of two
  struct Ring {
    std::array<KeyId, kRing> ids;
    std::atomic<std::size_t> written{0};
    std::atomic<std::size_t> read{0};
    std::atomic<std::uint64_t> missed{0};
  };

 public:
  class Writer {
   public:
    explicit Writer(LastUsedBook& book);
    // On one thread. `key` is pinned by the caller.
    void note(const registry::LiveKey& key, Instant now, const IpAddress& address);

   private:
    Ring* ring_;
  };

  // One flush at a time; blocks on the store.
  Result<void> flush(registry::Registry& registry, store::KeyStore& store);
  // Uses that found their ring full, since the start.
  std::uint64_t missed() const;

 private:
  mutable std::mutex mutex_; // over rings_
  std::list<Ring> rings_;    // one per writer ever made; they never move
};

}  // namespace latchkey::usage
