#include "usage/last_used.h"

namespace latchkey::usage {

LastUsedBook::Writer::Writer(LastUsedBook& book) {
  const std::lock_guard lock(book.mutex_);
  ring_ = &book.rings_.emplace_back();
}

void LastUsedBook::Writer::note(const registry::LiveKey& key, Instant now, const IpAddress& address) {
  key.last_used_ms.store(now.unix_ms, std::memory_order_relaxed);
  for (std::size_t i = 0; i < 2; ++i) {
    std::uint64_t half;
    std::memcpy(&half, address.bytes().data() + 8 * i, 8);
    key.last_address[i].store(half, std::memory_order_relaxed);
  }
  if (key.used_since_stored.load(std::memory_order_relaxed)) return;
  const std::size_t at = ring_->written.load(std::memory_order_relaxed);
  if (at - ring_->read.load(std::memory_order_acquire) == kRing) {
    ring_->missed.store(ring_->missed.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return;
  }
  if (key.used_since_stored.exchange(true)) return;
  ring_->ids[at % kRing] = key.id;
  ring_->written.store(at + 1, std::memory_order_release);
}

std::uint64_t LastUsedBook::missed() const {
  const std::lock_guard lock(mutex_);
  std::uint64_t sum = 0;
  for (const Ring& ring : rings_) sum += ring.missed.load(std::memory_order_relaxed);
  return sum;
}

Result<void> LastUsedBook::flush(registry::Registry& registry, store::KeyStore& store) {
  std::vector<store::LastUsedUpdate> updates;
  {
    const std::lock_guard lock(mutex_);
    for (Ring& ring : rings_) {
      const std::size_t end = ring.written.load(std::memory_order_acquire);
      std::size_t at = ring.read.load(std::memory_order_relaxed);
      for (; at != end; ++at) {
        const KeyId id = ring.ids[at % kRing];
        if (const auto last = registry.take_last_used(id)) updates.push_back({id, *last});
      }
      ring.read.store(at, std::memory_order_release);
    }
  }
  return updates.empty() ? Result<void>{} : store.record_last_used(updates);
}

}  // namespace latchkey::usage
