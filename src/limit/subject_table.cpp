#include "limit/subject_table.h"

#include <algorithm>

namespace latchkey::limit {
namespace {

constexpr std::size_t kFirstPlaces = 8;

}  // namespace

SlidingWindow* SubjectTable::Entry::find(std::int64_t length_ns) {
  if (first.length_ns == length_ns) return &first.window;
  if (more == nullptr) return nullptr;
  const auto found = std::ranges::find(*more, length_ns, &Window::length_ns);
  return found == more->end() ? nullptr : &found->window;
}

bool SubjectTable::Entry::expire(std::int64_t now_ns) {
  first.window.expire(now_ns, first.length_ns);
  bool empty = first.window.empty();
  if (more == nullptr) return empty;
  for (Window& window : *more) {
    window.window.expire(now_ns, window.length_ns);
    empty &= window.window.empty();
  }
  return empty;
}

SubjectTable::Entry* SubjectTable::find_entry(const Subject& subject, std::uint64_t hash) {
  if (last_ != nullptr && last_->subject == subject) return last_;
  if (entries_.size() == 0) return nullptr;
  std::size_t place = home(hash, entries_.size());
  while (entries_[place].taken) {
    if (entries_[place].subject == subject) return last_ = &entries_[place];
    place = after(place);
  }
  return nullptr;
}

SlidingWindow* SubjectTable::find(const Subject& subject, std::uint64_t hash, std::int64_t length_ns) {
  Entry* const entry = find_entry(subject, hash);
  return entry == nullptr ? nullptr : entry->find(length_ns);
}

SubjectTable::Entry& SubjectTable::free_entry(std::uint64_t hash) {
  std::size_t place = home(hash, entries_.size());
  while (entries_[place].taken) place = after(place);
  return entries_[place];
}

SlidingWindow& SubjectTable::of(const Subject& subject, std::uint64_t hash, std::int64_t length_ns) {
  Entry* entry = find_entry(subject, hash);
  if (entry == nullptr) {
    if ((size_ + 1) * 4 > entries_.size() * 3) resize(entries_.size() + entries_.size() / 4 + kFirstPlaces);
    entry = &free_entry(hash);
    entry->subject = subject;
    entry->taken = true;
    entry->first.length_ns = length_ns;
    ++size_;
    return entry->first.window;
  }
  if (SlidingWindow* const window = entry->find(length_ns)) return *window;
  if (entry->more == nullptr) entry->more = std::make_unique<std::vector<Window>>();
  Window& added = entry->more->emplace_back();
  added.length_ns = length_ns;
  return added.window;
}

void SubjectTable::resize(std::size_t places) {
  last_ = nullptr;
  TableMemory<Entry> before = std::exchange(entries_, TableMemory<Entry>(places));
  for (Entry& entry : before) {
    if (entry.taken) free_entry(SubjectHash{}(entry.subject)) = std::move(entry);
  }
  place_.store(entries_.data(), std::memory_order_relaxed);
  count_.store(entries_.size(), std::memory_order_relaxed);
}

// Whoever stands behind the gap and was kept from his home by what stood there moves into it (Knuth, vol. 3, 6.4,
// algorithm R), so that a search may end at the first free place.
void SubjectTable::erase(std::size_t place) {
  last_ = nullptr;
  std::size_t gap = place;
  for (std::size_t next = after(gap); entries_[next].taken; next = after(next)) {
    const std::size_t wanted = home(SubjectHash{}(entries_[next].subject), entries_.size());
    const bool stays = gap < next ? gap < wanted && wanted <= next : gap < wanted || wanted <= next;
    if (stays) continue;
    entries_[gap] = std::move(entries_[next]);
    gap = next;
  }
  entries_[gap] = Entry{};
  --size_;
}

void SubjectTable::sweep(std::int64_t now_ns) {
  for (std::size_t place = 0; place < entries_.size();) {
    if (entries_[place].taken && entries_[place].expire(now_ns)) {
      erase(place);  // another may stand here now
    } else {
      ++place;
    }
  }
  // Memory goes back when little of it is used; the next ones find room without growing at once.
  if (size_ == 0) {
    resize(0);
  } else if (size_ * 8 < entries_.size()) {
    resize(std::max(kFirstPlaces, size_ * 2));
  }
}

std::size_t SubjectTable::memory_bytes() const {
  std::size_t total = entries_.bytes();
  for (const Entry& entry : entries_) {
    if (!entry.taken) continue;
    total += entry.first.window.memory_bytes();
    if (entry.more == nullptr) continue;
    total += sizeof(*entry.more) + entry.more->capacity() * sizeof(Window);
    for (const Window& window : *entry.more) total += window.window.memory_bytes();
  }
  return total;
}

}  // namespace latchkey::limit
