#include "redis/share_book.h"

#include <algorithm>

namespace latchkey::redis {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kQuotaIdleNs = 60 * kSecondNs;

}  // namespace

Share& ShareBook::of(const ShareKey& key, std::int64_t now_ns) {
  Share& share = shares_[key];
  share.used_ns = now_ns;
  return share;
}

const Share* ShareBook::find(const ShareKey& key) const {
  const auto found = shares_.find(key);
  return found == shares_.end() ? nullptr : &found->second;
}

void ShareBook::note_unshared(const ShareKey& key, Share& share) {
  if (share.is_noted || share.unshared <= share.in_flight) return;
  share.is_noted = true;
  noted_.push_back(key);
}

std::vector<ShareKey> ShareBook::take_unshared(std::size_t most) {
  std::vector<ShareKey> taken;
  const std::size_t count = std::min(most, noted_.size());
  taken.assign(noted_.end() - static_cast<std::ptrdiff_t>(count), noted_.end());
  noted_.resize(noted_.size() - count);
  for (const ShareKey& key : taken) shares_[key].is_noted = false;
  return taken;
}

void ShareBook::sweep(std::int64_t now_ns) {
  std::erase_if(shares_, [&](const auto& entry) {
    const auto& [key, share] = entry;
    const std::int64_t kept_ns = key.is_quota() ? kQuotaIdleNs : key.window_ms * 1'000'000 + kSecondNs;
    return share.unshared == 0 && share.in_flight == 0 && !share.is_noted && now_ns - share.used_ns > kept_ns;
  });
}

}  // namespace latchkey::redis
