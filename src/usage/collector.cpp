#include "usage/collector.h"

#include <algorithm>
#include <cstring>

namespace latchkey::usage {
namespace {

template <class... Parts>
std::size_t hash_parts(const Parts&... parts) {
  std::size_t h = 0;
  ((h = (h ^ std::hash<Parts>{}(parts)) * 0x9e3779b97f4a7c15ULL, h ^= h >> 29), ...);
  return h;
}

std::uint64_t low_half(const IpAddress& address) {
  std::uint64_t half;
  std::memcpy(&half, address.bytes().data() + 8, sizeof half);
  return half;
}

struct CellName {
  KeyId key;
  std::int32_t minute;
  std::uint16_t operation;
  std::uint8_t outcome, status_class;
  bool operator==(const CellName&) const = default;
};
struct CellNameHash {
  std::size_t operator()(const CellName& n) const {
    return hash_parts(n.key, n.minute, n.operation, static_cast<int>(n.outcome) << 8 | n.status_class);
  }
};
struct AddressName {
  KeyId key;
  std::int64_t day;
  IpAddress address;
  bool operator==(const AddressName&) const = default;
};
struct AddressNameHash {
  std::size_t operator()(const AddressName& n) const { return hash_parts(n.key, n.day, low_half(n.address)); }
};
struct SecretName {
  KeyId key;
  std::uint64_t secret;
  bool operator==(const SecretName&) const = default;
};
struct SecretNameHash {
  std::size_t operator()(const SecretName& n) const { return hash_parts(n.key, n.secret); }
};

// Finds in a vector by name, through an index.
template <class Value, class Name, class Hash>
class Indexed {
 public:
  Value& at(const Name& name) {
    const auto [position, added] = index_.try_emplace(name, values_.size());
    if (added) values_.emplace_back();
    return values_[position->second];
  }
  bool contains(const Name& name) const { return index_.contains(name); }
  std::size_t size() const { return values_.size(); }
  std::vector<Value> release() {
    index_.clear();
    return std::exchange(values_, {});
  }

 private:
  std::vector<Value> values_;
  std::unordered_map<Name, std::size_t, Hash> index_;
};

}  // namespace

// What is on its way to the store, summed up over threads.
class Collector::Pending {
 public:
  explicit Pending(const catalog::Catalog& catalog) : catalog_(catalog) {}

  void add(const Tally& tally) {
    for (const Cell& cell : tally.cells) {
      if (cell.count != 0) add(cell, tally);
    }
    for (const RefusalExample& example : tally.examples) {
      if (refusals_.size() >= Recorder::kMaxExamples) break;
      refusals_.push_back({example.key, example.tenant, example.at, std::string(example.outcome.text()), example.detail,
                           operation_name(example.operation), example.client, example.user_agent, example.request_id});
    }
  }

  std::uint64_t take_lost() { return std::exchange(lost_, 0); }
  bool empty() const { return batch_.empty() && cells_.size() == 0; }

  // Until done() it keeps what it gave, and gives it again.
  const store::UsageBatch& batch() {
    const auto append = [](auto& to, auto&& from) {
      to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    append(batch_.cells, cells_.release());
    append(batch_.secrets, secrets_.release());
    append(batch_.addresses, addresses_.release());
    append(batch_.refusals, std::exchange(refusals_, {}));
    return batch_;
  }
  void done() { batch_ = {}; }

 private:
  void add(const Cell& cell, const Tally& tally) {
    const CellName name{cell.key, cell.minute, cell.operation, cell.outcome.value(), cell.status_class};
    if (batch_.cells.size() + cells_.size() >= kMaxPending && !cells_.contains(name)) {
      lost_ += cell.count;
      return;
    }
    store::UsageCell& sum = cells_.at(name);
    if (sum.count == 0) {
      sum.key = cell.key;
      sum.tenant = cell.tenant;
      sum.minute = cell.minute;
      sum.operation = operation_name(cell.operation);
      sum.outcome = cell.outcome.text();
      sum.status_class = cell.status_class;
    }
    sum.count += cell.count;
    sum.latency.add(cell.latency, cell.count);

    // What a key was refused is no use of it: whoever tries it from elsewhere must not look like its owner.
    if (!cell.outcome.is_passed() || batch_.addresses.size() + addresses_.size() >= kMaxPending) return;
    store::SecretUse& latest = secrets_.at({cell.key, cell.secret});
    if (latest.at.unix_ms <= cell.last_ms) {
      latest = {cell.key, cell.tenant, cell.secret, {cell.last_ms}, cell.client, tally.agents[cell.agent], operation_name(cell.operation)};
    }

    const std::int64_t day = cell.last_ms / store::kDayMs;
    store::AddressUse& address = addresses_.at({cell.key, day, cell.client});
    if (address.count == 0) address = {cell.key, cell.tenant, day, cell.client, {cell.first_ms}, {cell.last_ms}, 0};
    address.first.unix_ms = std::min(address.first.unix_ms, cell.first_ms);
    address.last.unix_ms = std::max(address.last.unix_ms, cell.last_ms);
    address.count += cell.count;
  }

  std::string operation_name(std::uint16_t index) const {
    return index < catalog_.operations().size() ? catalog_.operations()[index].id : std::string();
  }

  const catalog::Catalog& catalog_;
  Indexed<store::UsageCell, CellName, CellNameHash> cells_;
  Indexed<store::SecretUse, SecretName, SecretNameHash> secrets_;
  Indexed<store::AddressUse, AddressName, AddressNameHash> addresses_;
  std::vector<store::Refusal> refusals_;
  std::uint64_t lost_ = 0;
  store::UsageBatch batch_;
};

Collector::Collector(const catalog::Catalog& catalog, store::UsageStore& store)
    : catalog_(catalog), store_(store), tally_(std::make_unique<Tally>()), pending_(std::make_unique<Pending>(catalog)) {}
Collector::~Collector() = default;

Recorder& Collector::add_recorder() {
  const std::lock_guard lock(mutex_);
  return recorders_.emplace_back();
}

void Collector::on_tally(Listener listener) {
  const std::lock_guard lock(mutex_);
  listeners_.push_back(std::move(listener));
}

Result<void> Collector::flush() {
  const std::lock_guard lock(mutex_);
  for (Recorder& recorder : recorders_) {
    recorder.take(tally_);
    if (tally_->empty()) continue;
    lost_ += tally_->lost;
    for (const Listener& listener : listeners_) listener(*tally_);
    pending_->add(*tally_);
  }
  lost_ += pending_->take_lost();
  if (pending_->empty()) return {};
  LK_TRY(store_.add(pending_->batch()));
  pending_->done();
  return {};
}

}  // namespace latchkey::usage
