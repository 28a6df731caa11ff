#include "registry/key_table.h"

namespace latchkey::registry {
namespace {

using credential::Digest;

// How full a part may be, dead slots included, and how full it is when it was made anew.
constexpr std::size_t kMostOfTen = 7;
constexpr double kFirstLoad = 0.58;

bool equal_in_constant_time(const Digest& a, const Digest& b) {
  std::array<std::uint64_t, 4> left, right;
  static_assert(sizeof left == sizeof(Digest));
  std::memcpy(&left, a.data(), sizeof left);
  std::memcpy(&right, b.data(), sizeof right);
  return ((left[0] ^ right[0]) | (left[1] ^ right[1]) | (left[2] ^ right[2]) | (left[3] ^ right[3])) == 0;
}

}  // namespace

KeyTable::KeyTable(EpochDomain& epochs) : epochs_(epochs) {
  for (Part& part : parts_) part.slots.store(new Slots(kFirstSlots));
}

KeyTable::~KeyTable() {
  for (Part& part : parts_) delete part.slots.load();
}

KeySlot* KeyTable::find_live(const Slots& slots, const Digest& digest) const {
  for (std::size_t place = slots.home(number_of(digest));; place = slots.after(place)) {
    const KeySlot& slot = slots.at[place];
    const std::uint64_t life = slot.life.load(std::memory_order_seq_cst);
    if (life == 0) return nullptr;
    if (is_live(life) && equal_in_constant_time(slot.digest, digest)) return const_cast<KeySlot*>(&slot);
  }
}

const KeySlot* KeyTable::find(const Digest& digest) const {
  const Part& part = parts_[part_of(number_of(digest))];
  for (;;) {
    const std::uint64_t moves = moves_.load(std::memory_order_seq_cst);
    if (const KeySlot* const slot = find_live(*part.slots.load(std::memory_order_seq_cst), digest)) return slot;
    if (moves_.load(std::memory_order_seq_cst) == moves) return nullptr;
  }
}

void KeyTable::prefetch(std::uint64_t number) const {
  const Slots& slots = *parts_[part_of(number)].slots.load(std::memory_order_seq_cst);
  // One search in two goes on to the next line or farther.
  const std::size_t home = slots.home(number);
  __builtin_prefetch(&slots.at[home]);
  __builtin_prefetch(&slots.at[slots.after(home)]);
}

std::optional<std::uint64_t> KeyTable::put(const Entry& entry) {
  const std::uint64_t number = number_of(entry.digest);
  Part& part = parts_[part_of(number)];
  make_room(part, part.live + 1);
  Slots& slots = *part.slots.load(std::memory_order_relaxed);
  KeySlot* before = nullptr;
  std::size_t place = slots.home(number);
  for (std::uint64_t life; (life = slots.at[place].life.load(std::memory_order_relaxed)) != 0;
       place = slots.after(place)) {
    if (is_live(life) && equal_in_constant_time(slots.at[place].digest, entry.digest)) before = &slots.at[place];
  }
  KeySlot& slot = slots.at[place];
  slot.digest = entry.digest;
  slot.id = entry.id;
  slot.terms = entry.terms;
  slot.life.store(entry.life | KeySlot::kTaken, std::memory_order_seq_cst);
  ++part.taken;
  ++part.live;
  if (before == nullptr) return std::nullopt;
  moves_.fetch_add(1, std::memory_order_seq_cst);
  before->life.fetch_or(KeySlot::kDead, std::memory_order_seq_cst);
  --part.live;
  return before->terms;
}

std::optional<std::uint64_t> KeyTable::erase(const Digest& digest) {
  Part& part = parts_[part_of(number_of(digest))];
  KeySlot* const slot = find_live(*part.slots.load(std::memory_order_relaxed), digest);
  if (slot == nullptr) return std::nullopt;
  slot->life.fetch_or(KeySlot::kDead, std::memory_order_seq_cst);
  --part.live;
  return slot->terms;
}

const KeySlot* KeyTable::find(KeyId id, std::uint64_t wanted) const {
  const std::uint64_t number = wanted << (64 - kPlaceBits);
  const Slots& slots = *parts_[part_of(number)].slots.load(std::memory_order_relaxed);
  for (std::size_t place = slots.home(number);; place = slots.after(place)) {
    const KeySlot& slot = slots.at[place];
    const std::uint64_t life = slot.life.load(std::memory_order_relaxed);
    if (life == 0) return nullptr;
    if (is_live(life) && slot.id == id && KeyTable::place(slot.digest) == wanted) return &slot;
  }
}

void KeyTable::make_room(Part& part, std::size_t live) {
  if ((part.taken + 1) * 10 <= part.slots.load(std::memory_order_relaxed)->at.size() * kMostOfTen) return;
  resize(part, kFirstSlots + static_cast<std::size_t>(static_cast<double>(live) / kFirstLoad));
}

void KeyTable::reserve(std::size_t entries) {
  // Parts differ a little in how many they get.
  const std::size_t each = entries / parts_.size() + entries / parts_.size() / 50;
  for (Part& part : parts_) {
    const std::size_t count = kFirstSlots + each * 10 / kMostOfTen + 2;
    if (count > part.slots.load(std::memory_order_relaxed)->at.size()) resize(part, count);
  }
}

// The order of homes is that of the numbers whatever the size, so both arrays are gone through from front to back.
void KeyTable::resize(Part& part, std::size_t count) {
  Slots* const before = part.slots.load(std::memory_order_relaxed);
  auto* const after = new Slots(count);
  for (const KeySlot& slot : before->at) {
    const std::uint64_t life = slot.life.load(std::memory_order_relaxed);
    if (!is_live(life)) continue;
    std::size_t place = after->home(number_of(slot.digest));
    while (after->at[place].life.load(std::memory_order_relaxed) != 0) place = after->after(place);
    KeySlot& to = after->at[place];
    to.digest = slot.digest;
    to.id = slot.id;
    to.terms = slot.terms;
    to.life.store(life, std::memory_order_relaxed);
  }
  part.taken = part.live;
  part.slots.store(after, std::memory_order_seq_cst);
  epochs_.retire([before] { delete before; });
  epochs_.collect();  // it may be large
}

std::size_t KeyTable::size() const {
  std::size_t total = 0;
  for (const Part& part : parts_) total += part.live;
  return total;
}

}  // namespace latchkey::registry
