#include "net/task.h"

#include <new>

#include "base/check.h"

namespace latchkey::net::detail {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kRecycle = false;  // a frame used after its end must be seen
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool kRecycle = false;
#else
constexpr bool kRecycle = true;
#endif
#else
constexpr bool kRecycle = true;
#endif

constexpr std::size_t kStep = 64;
constexpr std::size_t kClasses = 64;  // frames up to 4 KiB
constexpr unsigned kMaxKept = 256;    // per class

struct FreeBlock {
  FreeBlock* next;
};

// Set once the thread's cache is gone; frames that die later go straight to the heap.
thread_local constinit bool cache_gone = false;

struct FrameCache {
  FreeBlock* first[kClasses] = {};
  unsigned kept[kClasses] = {};
  constexpr FrameCache() = default;
  FrameCache(const FrameCache&) = delete;
  FrameCache& operator=(const FrameCache&) = delete;
  ~FrameCache() {
    cache_gone = true;
    for (FreeBlock*& head : first) {
      while (head != nullptr) ::operator delete(std::exchange(head, head->next));
    }
  }
};
thread_local constinit FrameCache cache;

thread_local constinit DetachedList* active_list = nullptr;

std::size_t class_of(std::size_t size) { return (size + kStep - 1) / kStep - 1; }

}  // namespace

void* allocate_frame(std::size_t size) {
  const std::size_t index = class_of(size);
  if (!kRecycle || index >= kClasses || cache_gone) return ::operator new(size);
  if (FreeBlock* block = cache.first[index]) {
    cache.first[index] = block->next;
    --cache.kept[index];
    return block;
  }
  return ::operator new((index + 1) * kStep);
}

void release_frame(void* frame, std::size_t size) noexcept {
  const std::size_t index = class_of(size);
  if (!kRecycle || index >= kClasses || cache_gone || cache.kept[index] == kMaxKept) return ::operator delete(frame);
  cache.first[index] = new (frame) FreeBlock{cache.first[index]};
  ++cache.kept[index];
}

DetachedLink::DetachedLink() {
  if (active_list == nullptr) return;
  next_ = active_list->first_;
  if (next_ != nullptr) next_->previous_ = this;
  active_list->first_ = this;
}

DetachedLink::~DetachedLink() {
  if (next_ != nullptr) next_->previous_ = previous_;
  if (previous_ != nullptr) {
    previous_->next_ = next_;
  } else if (active_list != nullptr && active_list->first_ == this) {
    active_list->first_ = next_;
  }
}

void DetachedList::activate() {
  LK_CHECK(active_list == nullptr);
  active_list = this;
}

void DetachedList::deactivate() { active_list = nullptr; }

void DetachedList::destroy_all() noexcept {
  while (first_ != nullptr) first_->destroy_frame();
}

}  // namespace latchkey::net::detail
