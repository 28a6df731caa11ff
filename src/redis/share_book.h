// What one node admitted and has not told the others yet, and what it last heard of them: of each window and quota. Not
// thread-safe; a SharedLimiter has one for each part of the tenants, under its lock.
//
//   Share& share = book.of({tenant, owner, kind, window_ms}, now_ns);
//   share.unshared += cost;
//   book.note_unshared(key, share);                       // it is among take_unshared() from now on
//
// A share is forgotten when it is all told and everything that it knows of has left the window.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "limit/subject.h"

namespace latchkey::redis {

struct ShareKey {
  Uuid tenant{};
  limit::Subject subject;      // of a quota: the owner, and its period
  std::int64_t window_ms = 0;  // 0: a quota
  bool is_quota() const { return window_ms == 0; }
  bool operator==(const ShareKey&) const = default;
};

struct ShareKeyHash {
  std::size_t operator()(const ShareKey& key) const noexcept {
    return limit::SubjectHash{}(key.subject) ^ static_cast<std::size_t>(key.window_ms) * 0x9e3779b97f4a7c15ULL;
  }
};

struct Share {
  std::uint64_t unshared = 0;   // admitted by this node alone, and not known to be told
  std::uint64_t in_flight = 0;  // of it, what is being told
  std::uint64_t lowest = 0;     // the lowest limit over it
  // Of a window: when it came to be there, and all that was ever counted in it, as this node heard last. Born 0: never heard.
  std::int64_t born = 0, total = 0;
  std::int64_t number = 0;  // of a quota: the period that `unshared` is of
  std::int64_t used_ns = 0;
  bool is_noted = false;
  bool is_alone = false;  // something was admitted while nobody could be told
};

class ShareBook {
 public:
  Share& of(const ShareKey& key, std::int64_t now_ns);
  const Share* find(const ShareKey& key) const;
  void note_unshared(const ShareKey& key, Share& share);
  // Up to `most` that were noted; each is to be noted again if it could not be told.
  std::vector<ShareKey> take_unshared(std::size_t most);
  void sweep(std::int64_t now_ns);
  std::size_t size() const { return shares_.size(); }

 private:
  std::unordered_map<ShareKey, Share, ShareKeyHash> shares_;
  std::vector<ShareKey> noted_;
};

}  // namespace latchkey::redis
