#include "store/usage_store_contract_test.h"

#include <map>
#include <random>

namespace latchkey::store {
namespace {

TEST_P(UsageStoreContract, CountsAddUpByMinuteAndForTheTenant) {
  add({cell(key, kMinute0, 3), cell(other, kMinute0, 4)});
  add({cell(key, kMinute0, 2), cell(key, kMinute0 + 1, 1)});
  const UsageReport of_key = report(
      {.keys = {key}, .from = minute(kMinute0), .to = minute(kMinute0 + 2), .granularity = Granularity::kMinute});
  EXPECT_EQ(of_key.series.at(0).values, (std::vector<std::uint64_t>{5, 1}));
  EXPECT_EQ(of_key.latency.count(), 6u);
  const UsageReport of_tenant =
      report({.from = minute(kMinute0), .to = minute(kMinute0 + 2), .granularity = Granularity::kMinute});
  EXPECT_EQ(of_tenant.series.at(0).values, (std::vector<std::uint64_t>{9, 1}));
}

TEST_P(UsageStoreContract, GroupsAndFiltersTellApart) {
  add({cell(key, kMinute0, 3), cell(key, kMinute0, 4, "GetPromotions"),
       cell(key, kMinute0, 5, "GetPromotions", "rate_limited"), cell(other, kMinute0, 1, "", "unknown_operation")});
  UsageQuery query{.from = minute(kMinute0), .to = minute(kMinute0 + 1), .granularity = Granularity::kMinute};
  const auto names = [&](UsageGroup group) {
    query.group = group;
    std::vector<std::pair<std::string, std::uint64_t>> out;
    for (const UsageSeries& series : report(query).series) out.emplace_back(series.name, series.total);
    return out;
  };
  using Pairs = std::vector<std::pair<std::string, std::uint64_t>>;
  EXPECT_EQ(names(UsageGroup::kOperation), (Pairs{{"GetPromotions", 9}, {"GetAllActions", 3}, {"", 1}}));
  EXPECT_EQ(names(UsageGroup::kOutcome), (Pairs{{"allowed", 7}, {"rate_limited", 5}, {"unknown_operation", 1}}));
  EXPECT_EQ(names(UsageGroup::kStatusClass), (Pairs{{"2xx", 13}}));
  EXPECT_EQ(names(UsageGroup::kKey), (Pairs{{key.to_string(), 12}, {other.to_string(), 1}}));
  query.outcome = "refused";
  EXPECT_EQ(names(UsageGroup::kKey), (Pairs{{key.to_string(), 5}, {other.to_string(), 1}}));
  query.operation = "GetPromotions";
  EXPECT_EQ(names(UsageGroup::kAll), (Pairs{{"", 5}}));
  query.operation = "never called";
  EXPECT_EQ(names(UsageGroup::kAll), (Pairs{{"", 0}}));
}

TEST_P(UsageStoreContract, AnotherTenantSeesNothing) {
  add({cell(key, kMinute0, 3)});
  tenant = TenantId::make({2}, random);
  EXPECT_EQ(
      report({.keys = {key}, .from = minute(kMinute0), .to = minute(kMinute0 + 1), .granularity = Granularity::kMinute})
          .total,
      0u);
  add({cell(other, kMinute0, 1)});
  EXPECT_EQ(report({.keys = {key, other},
                    .from = minute(kMinute0),
                    .to = minute(kMinute0 + 1),
                    .granularity = Granularity::kMinute})
                .total,
            1u);
}

// Random counts over three days against a plain sum, before, during and after roll-ups, with counts that come late.
TEST_P(UsageStoreContract, RollingUpChangesNoAnswer) {
  std::mt19937_64 rng(17);
  std::map<std::pair<int, std::int64_t>, std::uint64_t> oracle;  // (key, minute)
  const KeyId keys[] = {key, other};
  const auto put = [&](std::int64_t first, std::int64_t minutes, int times) {
    std::vector<UsageCell> cells;
    for (int i = 0; i < times; ++i) {
      const int which = static_cast<int>(rng() % 2);
      const std::int64_t at = first + static_cast<std::int64_t>(rng() % static_cast<std::uint64_t>(minutes));
      const std::uint64_t count = 1 + rng() % 50;
      cells.push_back(cell(keys[which], at, count, "op" + std::to_string(rng() % 5)));
      oracle[{which, at}] += count;
    }
    add(std::move(cells));
  };
  const auto agree = [&](std::int64_t now_minute) {
    for (const Granularity granularity : {Granularity::kHour, Granularity::kDay}) {
      const std::int64_t length = length_ms(granularity) / kMinuteMs;
      const UsageReport got = report(
          {.keys = {key}, .from = minute(kMinute0), .to = minute(kMinute0 + 4 * 1'440), .granularity = granularity});
      std::vector<std::uint64_t> wanted(static_cast<std::size_t>(4 * 1'440 / length));
      for (const auto& [name, count] : oracle) {
        if (name.first == 0) wanted[static_cast<std::size_t>((name.second - kMinute0) / length)] += count;
      }
      ASSERT_EQ(got.series.at(0).values, wanted) << "at minute " << now_minute;
      ASSERT_EQ(got.latency.count(), got.total);
    }
  };
  for (std::int64_t now = 0; now < 4 * 1'440; now += 97) {
    put(kMinute0 + std::max<std::int64_t>(0, now - 97), 97, 20);
    if (now % 5 == 0) put(kMinute0, now + 1, 3);
    agree(now);
    ASSERT_TRUE(store().roll_up(minute(kMinute0 + now), {}));
    agree(now);
  }
}

TEST_P(UsageStoreContract, WhatIsOlderThanItsTimeGoesAndItsSumsStay) {
  add({cell(key, kMinute0, 7)});
  const UsageRetention retention;
  const auto total = [&](Granularity granularity, std::int64_t buckets) {
    return report({.keys = {key},
                   .from = minute(kMinute0),
                   .to = {kMinute0 * kMinuteMs + buckets * length_ms(granularity)},
                   .granularity = granularity})
        .total;
  };
  ASSERT_TRUE(store().roll_up({kMinute0 * kMinuteMs + retention.minutes_ms - kMinuteMs}, retention));
  EXPECT_EQ(total(Granularity::kMinute, 1), 7u);
  ASSERT_TRUE(store().roll_up({kMinute0 * kMinuteMs + retention.minutes_ms + kMinuteMs}, retention));
  EXPECT_EQ(total(Granularity::kMinute, 1), 0u);
  EXPECT_EQ(total(Granularity::kHour, 1), 7u);
  ASSERT_TRUE(store().roll_up({kMinute0 * kMinuteMs + retention.hours_ms + kHourMs}, retention));
  EXPECT_EQ(total(Granularity::kHour, 1), 0u);
  EXPECT_EQ(total(Granularity::kDay, 1), 7u);
  ASSERT_TRUE(store().roll_up({kMinute0 * kMinuteMs + retention.days_ms + kDayMs}, retention));
  EXPECT_EQ(total(Granularity::kDay, 1), 0u);
}

TEST_P(UsageStoreContract, NothingGoesBeforeItIsSummedUp) {
  add({cell(key, kMinute0, 7)});
  UsageRetention hasty;
  hasty.minutes_ms = 0;
  hasty.hours_ms = 0;
  ASSERT_TRUE(store().roll_up(minute(kMinute0 + 30), hasty));
  EXPECT_EQ(
      report(
          {.keys = {key}, .from = minute(kMinute0), .to = minute(kMinute0 + 1'440), .granularity = Granularity::kDay})
          .total,
      7u);
}

TEST_P(UsageStoreContract, CountsSurviveAndNamesKeepTheirMeaning) {
  add({cell(key, kMinute0, 3, "A"), cell(key, kMinute0, 4, "B", "key_expired")});
  place_->reopen();
  add({cell(key, kMinute0, 5, "C"), cell(key, kMinute0, 1, "A")});
  const UsageReport out = report({.keys = {key},
                                  .from = minute(kMinute0),
                                  .to = minute(kMinute0 + 1),
                                  .granularity = Granularity::kMinute,
                                  .group = UsageGroup::kOperation});
  ASSERT_EQ(out.series.size(), 3u);
  EXPECT_EQ(out.series[0].name, "C");
  EXPECT_EQ(out.series[1].name, "A");
  EXPECT_EQ(out.series[2].name, "B");
}

TEST_P(UsageStoreContract, TheLatestUseOfEachSecretIsKept) {
  const SecretUse newer{key,        tenant,         0xffff'ffff'ffff'fff0ULL, {200}, IpAddress::v4(203, 0, 113, 9),
                        "curl/8.1", "GetAllActions"};
  SecretUse older = newer;
  older.at = {100};
  older.user_agent = "old";
  SecretUse second = newer;
  second.secret = 2;
  second.operation = "";
  ASSERT_TRUE(store().add({.cells = {}, .secrets = {newer, second}, .addresses = {}, .refusals = {}}));
  ASSERT_TRUE(store().add({.cells = {}, .secrets = {older}, .addresses = {}, .refusals = {}}));
  auto uses = store().secret_uses(tenant, {key, other}).value();
  std::ranges::sort(uses, {}, &SecretUse::secret);
  EXPECT_EQ(uses, (std::vector<SecretUse>{second, newer}));
}

TEST_P(UsageStoreContract, AddressesAreToldByDayAndAltogether) {
  const auto use = [&](int host, std::int64_t day, std::int64_t at, std::uint64_t count) {
    return AddressUse{key,  tenant,   day,  IpAddress::v4(198, 51, 100, static_cast<std::uint8_t>(host)),
                      {at}, {at + 5}, count};
  };
  ASSERT_TRUE(store().add({.cells = {},
                           .secrets = {},
                           .addresses = {use(1, 1, 100, 2), use(2, 1, 90, 1), use(1, 2, 300, 3)},
                           .refusals = {}}));
  ASSERT_TRUE(store().add({.cells = {}, .secrets = {}, .addresses = {use(1, 1, 50, 1)}, .refusals = {}}));
  const AddressReport out = store().addresses(tenant, key, 0, 2).value();
  ASSERT_EQ(out.addresses.size(), 2u);
  EXPECT_EQ(out.addresses[0].first.unix_ms, 50);
  EXPECT_EQ(out.addresses[0].last.unix_ms, 305);
  EXPECT_EQ(out.addresses[0].count, 6u);
  using Days = std::vector<std::pair<std::int64_t, std::uint64_t>>;
  EXPECT_EQ(out.per_day, (Days{{0, 0}, {1, 2}, {2, 1}}));
  EXPECT_FALSE(out.more);
}

TEST_P(UsageStoreContract, OfRefusalsTheNewestAreKept) {
  UsageBatch batch;
  for (int i = 0; i < 150; ++i) {
    batch.refusals.push_back({key,
                              tenant,
                              {i},
                              i % 50 == 0 ? "key_expired" : "rate_limited",
                              "Wait.",
                              "GetAllActions",
                              IpAddress::v4(203, 0, 113, 9),
                              "curl",
                              "req" + std::to_string(i)});
  }
  ASSERT_TRUE(store().add(batch));
  EXPECT_EQ(store().refusals(tenant, key, std::nullopt, 200)->size(), UsageStore::kMaxRefusals + 3);
  const auto limited = store().refusals(tenant, std::nullopt, "rate_limited", 5).value();
  ASSERT_EQ(limited.size(), 5u);
  EXPECT_EQ(limited[0].request_id, "req149");
  EXPECT_EQ(limited[0].key, key);
  EXPECT_EQ(store().refusals(tenant, key, "key_expired", 5)->size(), 3u);
  EXPECT_TRUE(store().refusals(tenant, other, std::nullopt, 5)->empty());
  EXPECT_TRUE(store().refusals(TenantId(), std::nullopt, std::nullopt, 5)->empty());
}

TEST_P(UsageStoreContract, ADamagedHistogramIsReported) {
  add({cell(key, kMinute0, 3)});
  place_->damage_latencies();
  const auto out = store().report(
      {.tenant = tenant, .from = minute(kMinute0), .to = minute(kMinute0 + 1), .granularity = Granularity::kMinute});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(store().roll_up(minute(kMinute0 + 200), {}));
}

}  // namespace
}  // namespace latchkey::store
