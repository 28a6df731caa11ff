// What every adapter of UsageStore guarantees, as tests. An adapter runs them all with one statement:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, UsageStoreContract, testing::Values(&make_sqlite_usage_place));
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "base/random.h"
#include "store/usage_store.h"

namespace latchkey::store {

// A place of its own where one store lives; gone when this dies.
class UsagePlace {
 public:
  virtual ~UsagePlace() = default;
  virtual UsageStore& store() = 0;
  // Closes the store and opens it again.
  virtual void reopen() = 0;
  // Puts something into every row's histogram of latencies that is none; then as reopen().
  virtual void damage_latencies() = 0;
};

using MakeUsagePlace = std::unique_ptr<UsagePlace> (*)();

class UsageStoreContract : public testing::TestWithParam<MakeUsagePlace> {
 protected:
  static constexpr std::int64_t kDay0 = 20'500;  // 2026-02-16
  static constexpr std::int64_t kMinute0 = kDay0 * 1'440;

  UsageStore& store() { return place_->store(); }
  KeyId make_key() { return KeyId::make({++ids}, random); }
  UsageCell cell(KeyId whose, std::int64_t at, std::uint64_t count, std::string operation = "GetAllActions",
                 std::string outcome = "allowed") {
    UsageCell out{whose, tenant, at, std::move(operation), std::move(outcome), 2, count, {}};
    out.latency.add(30, count);
    return out;
  }
  void add_batch(const UsageBatch& batch) {
    const auto added = store().add(batch);
    ASSERT_TRUE(added) << added.error().message << " / " << added.error().detail;
  }
  void add(std::vector<UsageCell> cells) {
    UsageBatch batch;
    batch.cells = std::move(cells);
    add_batch(batch);
  }
  void observe(std::vector<Observation> observations, std::vector<TrialUse> trials = {}) {
    UsageBatch batch;
    batch.observations = std::move(observations);
    batch.trials = std::move(trials);
    add_batch(batch);
  }
  Observation seen(ObservedKind kind, std::string name, std::int64_t first, std::int64_t last,
                   std::uint64_t count = 1) {
    return {key, tenant, kind, std::move(name), {first}, {last}, count};
  }
  TrialUse tried(std::int64_t trial, std::string outcome, std::string operation, std::int64_t at,
                 std::uint64_t count = 1) {
    const IpAddress address = IpAddress::v4(203, 0, 113, 9);
    return {key,  tenant, trial, std::move(outcome), std::move(operation), {at}, address, "at " + std::to_string(at),
            count};
  }
  std::vector<Observation> since(std::int64_t at) {
    auto out = store().observations(tenant, key, {at}).value();
    std::ranges::sort(out, {}, [](const Observation& one) { return std::pair(one.kind, one.name); });
    return out;
  }
  UsageReport report(UsageQuery query) {
    query.tenant = tenant;
    auto out = store().report(query);
    if (!out) ADD_FAILURE() << out.error().message << " / " << out.error().detail;
    return out.value_or(UsageReport{});
  }
  static Instant minute(std::int64_t at) { return {at * kMinuteMs}; }

  const std::unique_ptr<UsagePlace> place_ = GetParam()();
  SeededRandom random{5};
  std::int64_t ids = 0;
  TenantId tenant = TenantId::make({1}, random);
  const KeyId key = make_key(), other = make_key();
};

}  // namespace latchkey::store
