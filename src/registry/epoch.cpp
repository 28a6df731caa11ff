#include "registry/epoch.h"

#include "base/asymmetric_fence.h"
#include "base/check.h"

namespace latchkey::registry {

EpochDomain::~EpochDomain() {
  for (auto& retired : retired_) retired.free();
}

EpochDomain::Reader::Reader(EpochDomain& domain) : domain_(domain), slot_(nullptr), index_(0) {
  const std::lock_guard lock(domain_.mutex_);
  while (index_ < kMaxReaders && domain_.used_[index_]) ++index_;
  LK_CHECK(index_ < kMaxReaders);
  domain_.used_[index_] = true;
  slot_ = &domain_.slots_[index_].epoch;
}

EpochDomain::Reader::~Reader() {
  const std::lock_guard lock(domain_.mutex_);
  domain_.used_[index_] = false;
}

EpochDomain::Pin::Pin(Reader& reader) : slot_(reader.slot_) {
  LK_CHECK(slot_->load(std::memory_order_relaxed) == 0);
  // With collect's fence: either the writer's scan sees this pin, or the loads that follow see what the writer had unlinked
  // before its scan.
  slot_->store(reader.domain_.epoch_.load(std::memory_order_acquire), std::memory_order_relaxed);
  light_fence();
}

void EpochDomain::retire(std::function<void()> free) {
  retired_.push_back({epoch_.fetch_add(1, std::memory_order_acq_rel), std::move(free)});
  if (retired_.size() % kTogether == 0) collect();
}

void EpochDomain::collect() {
  if (retired_.empty()) return;
  heavy_fence();
  std::uint64_t oldest = UINT64_MAX;
  for (const Slot& slot : slots_) {
    const std::uint64_t epoch = slot.epoch.load(std::memory_order_acquire);
    if (epoch != 0) oldest = std::min(oldest, epoch);
  }
  // In order of their epochs, so what can go stands in front.
  std::size_t gone = 0;
  while (gone < retired_.size() && retired_[gone].epoch < oldest) retired_[gone++].free();
  retired_.erase(retired_.begin(), retired_.begin() + static_cast<std::ptrdiff_t>(gone));
}

}  // namespace latchkey::registry
