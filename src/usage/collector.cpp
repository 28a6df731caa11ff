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

struct ObservationName {
  KeyId key;
  ObservedKind kind;
  std::uint16_t index;
  bool operator==(const ObservationName&) const = default;
};
struct ObservationNameHash {
  std::size_t operator()(const ObservationName& n) const { return hash_parts(n.key, static_cast<int>(n.kind) << 16 | n.index); }
};
struct TriedNameHash {
  std::size_t operator()(const TriedCells::key_type& n) const {
    return hash_parts(std::get<0>(n), std::get<1>(n), static_cast<int>(std::get<2>(n)) << 16 | std::get<3>(n));
  }
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
    tally.cells.visit([&](const Cell& cell) { add(cell, tally); });
    for (const RefusalExample& example : tally.examples) {
      if (refusals_.size() >= Recorder::kMaxExamples) break;
      refusals_.push_back({example.key, example.tenant, example.at, std::string(example.outcome.text()), example.detail,
                           operation_name(example.operation), example.client, example.user_agent, example.request_id});
    }
    tally.observations.visit([this](const Observations::Cell& cell) { observe(cell); });
    if (!tally.observations.complete()) distrust(tally);
    for (const auto& [name, cell] : tally.tried) add(name, cell);
  }

  std::uint64_t take_lost() { return std::exchange(lost_, 0); }
  bool empty() const { return batch_.empty() && cells_.size() + observations_.size() + tried_.size() == 0; }

  // Until done() it keeps what it gave, and gives it again.
  const store::UsageBatch& batch() {
    const auto append = [](auto& to, auto&& from) {
      to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    };
    append(batch_.cells, cells_.release());
    append(batch_.secrets, secrets_.release());
    append(batch_.addresses, addresses_.release());
    append(batch_.refusals, std::exchange(refusals_, {}));
    append(batch_.observations, observations_.release());
    append(batch_.trials, tried_.release());
    return batch_;
  }
  void done() { batch_ = {}; }

 private:
  void add(const Cell& cell, const Tally& tally) {
    const TenantId& tenant = tally.tenants[cell.tenant];
    const CellName name{cell.key, cell.minute, cell.operation, cell.outcome.value(), cell.status_class};
    if (batch_.cells.size() + cells_.size() >= kMaxPending && !cells_.contains(name)) {
      lost_ += cell.count;
      return;
    }
    store::UsageCell& sum = cells_.at(name);
    if (sum.count == 0) {
      sum.key = cell.key;
      sum.tenant = tenant;
      sum.minute = cell.minute;
      sum.operation = operation_name(cell.operation);
      sum.outcome = cell.outcome.text();
      sum.status_class = cell.status_class;
    }
    sum.count += cell.count;
    sum.latency.add(cell.latency, cell.count);

    // What a key was refused is no use of it: whoever tries it from elsewhere must not look like its owner.
    if (!cell.outcome.is_passed() || batch_.addresses.size() + addresses_.size() >= kMaxPending) return;
    if (cell.operation != kNoOperation) {
      observe({cell.key, tenant, ObservedKind::kOperation, cell.operation, cell.count, cell.first_ms(), cell.last_ms()});
    }
    store::SecretUse& latest = secrets_.at({cell.key, cell.secret});
    if (latest.at.unix_ms <= cell.last_ms()) {
      latest = {cell.key, tenant, cell.secret, {cell.last_ms()}, cell.client, tally.agents[cell.agent], operation_name(cell.operation)};
    }

    const std::int64_t day = cell.last_ms() / store::kDayMs;
    store::AddressUse& address = addresses_.at({cell.key, day, cell.client});
    if (address.count == 0) address = {cell.key, tenant, day, cell.client, {cell.first_ms()}, {cell.last_ms()}, 0};
    address.first.unix_ms = std::min(address.first.unix_ms, cell.first_ms());
    address.last.unix_ms = std::max(address.last.unix_ms, cell.last_ms());
    address.count += cell.count;
  }

  void observe(const Observations::Cell& cell) {
    const ObservationName name{cell.key, cell.kind, cell.index};
    if (batch_.observations.size() + observations_.size() >= kMaxPending && !observations_.contains(name)) {
      lost_ += cell.count;
      return;
    }
    store::Observation& seen = observations_.at(name);
    if (seen.count == 0) seen = {cell.key, cell.tenant, cell.kind, name_of(cell), {cell.first_ms}, {cell.last_ms}, 0};
    seen.first.unix_ms = std::min(seen.first.unix_ms, cell.first_ms);
    seen.last.unix_ms = std::max(seen.last.unix_ms, cell.last_ms);
    seen.count += cell.count;
  }

  // Some of what keys named did not fit, so that of none it is known what it named.
  void distrust(const Tally& tally) {
    tally.cells.visit([&](const Cell& cell) {
      if (!cell.outcome.is_passed()) return;
      for (const ObservedKind kind : {ObservedKind::kUnreadChannels, ObservedKind::kUnreadAttributes}) {
        observe({cell.key, tally.tenants[cell.tenant], kind, 0, cell.count, cell.first_ms(), cell.last_ms()});
      }
    });
  }

  void add(const TriedCells::key_type& name, const TriedCell& cell) {
    if (batch_.trials.size() + tried_.size() >= kMaxPending && !tried_.contains(name)) {
      lost_ += cell.count;
      return;
    }
    const auto& [key, trial, outcome, operation] = name;
    store::TrialUse& sum = tried_.at(name);
    if (sum.count == 0) {
      sum.key = key;
      sum.tenant = cell.tenant;
      sum.trial = trial;
      sum.outcome = outcome == TriedCell::kNotJudged ? store::kNotJudged : Outcome::from_value(outcome).text();
      sum.operation = operation_name(operation);
    }
    sum.count += cell.count;
    if (cell.at < sum.at) return;
    sum.at = cell.at;
    sum.address = cell.client;
    sum.detail = cell.detail;
  }

  std::string name_of(const Observations::Cell& cell) const {
    if (is_mark(cell.kind)) return {};
    if (cell.kind == ObservedKind::kOperation) return operation_name(cell.index);
    return cell.kind == ObservedKind::kChannel ? catalog_.channels()[cell.index].id : catalog_.attributes()[cell.index].name;
  }

  std::string operation_name(std::uint16_t index) const {
    return index < catalog_.operations().size() ? catalog_.operations()[index].id : std::string();
  }

  const catalog::Catalog& catalog_;
  Indexed<store::UsageCell, CellName, CellNameHash> cells_;
  Indexed<store::SecretUse, SecretName, SecretNameHash> secrets_;
  Indexed<store::AddressUse, AddressName, AddressNameHash> addresses_;
  Indexed<store::Observation, ObservationName, ObservationNameHash> observations_;
  Indexed<store::TrialUse, TriedCells::key_type, TriedNameHash> tried_;
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
