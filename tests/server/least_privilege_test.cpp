// The promise of a proposal, from the check to the store and back: what was let through is let through under it.
#include "check/check_world_test.h"
#include "lifecycle/validate.h"
#include "privilege/proposal.h"
#include "store/sqlite/temp_directory.h"
#include "store/sqlite/usage/sqlite_usage_store.h"
#include "usage/collector.h"

namespace latchkey {
namespace {

using check::MadeUp;

bool among(const std::vector<std::string>& list, const std::string& name) {
  return std::ranges::find(list, name) != list.end();
}

struct Found {
  privilege::LeastPrivilege what;
  std::vector<store::Observation> observations;
  std::vector<store::AddressUse> addresses;
};

class LeastPrivilegeTest : public ::testing::Test {
 protected:
  Found look(const store::KeyRecord& key) {
    Found found;
    EXPECT_TRUE(collector.flush());
    found.observations = usage->observations(key.key.tenant, key.key.id, {0}).value();
    const std::int64_t today = ManualClock().now().unix_ms / store::kDayMs;
    const store::AddressReport report = usage->addresses(key.key.tenant, key.key.id, today, today).value();
    EXPECT_FALSE(report.more);
    found.addresses = report.addresses;
    found.what = privilege::least_privilege({.key = key.key,
                                             .tenant = world.tenant,
                                             .catalog = world.catalog(),
                                             .observations = found.observations,
                                             .addresses = found.addresses});
    return found;
  }

  bool saw(const Found& found, ObservedKind kind, const std::string& name) {
    return std::ranges::any_of(found.observations,
                               [&](const auto& one) { return one.kind == kind && one.name == name; });
  }

  // Of these names, those that permit something now.
  std::vector<std::string> still_usable(const std::vector<std::string>& names, const Found& found, ObservedKind kind) {
    std::vector<std::string> usable;
    const auto keep = [&](const std::vector<privilege::Usable>& items, const auto& name) {
      for (const privilege::Usable& item : items) {
        if (among(names, name(item.index))) usable.push_back(name(item.index));
      }
    };
    const catalog::Catalog& catalog = world.catalog();
    if (kind == ObservedKind::kOperation)
      keep(found.what.operations, [&](std::uint16_t i) { return catalog.operations()[i].id; });
    if (kind == ObservedKind::kChannel)
      keep(found.what.channels.items, [&](std::uint16_t i) { return catalog.channels()[i].id; });
    if (kind == ObservedKind::kAttribute)
      keep(found.what.attributes.items, [&](std::uint16_t i) { return catalog.attributes()[i].name; });
    return usable;
  }

  // Nothing is in it that was not used, and nothing that was not there before.
  void expect_narrower(const Restrictions& before, const Restrictions& after, const Found& found,
                       const std::string& where) {
    const auto list = [&](const std::vector<std::string>& was, const std::vector<std::string>& is, ObservedKind kind) {
      EXPECT_TRUE(!is.empty() || was.empty()) << where;
      if (is == was || std::ranges::is_permutation(is, still_usable(was, found, kind))) return;
      for (const std::string& name : is) {
        EXPECT_TRUE(saw(found, kind, name)) << where << ": " << name << " was never used";
        EXPECT_TRUE(was.empty() || among(was, name)) << where << ": " << name << " is new";
      }
    };
    list(before.operations, after.operations, ObservedKind::kOperation);
    list(before.channels, after.channels, ObservedKind::kChannel);
    list(before.attributes, after.attributes, ObservedKind::kAttribute);
    EXPECT_TRUE(!after.ip_ranges.empty() || before.ip_ranges.empty()) << where;
    if (after.ip_ranges == before.ip_ranges) return;
    for (const IpRange& range : after.ip_ranges) {
      EXPECT_TRUE(std::ranges::any_of(found.addresses, [&](const auto& use) { return range.contains(use.address); }))
          << where;
      EXPECT_TRUE(before.ip_ranges.empty() ||
                  std::ranges::any_of(before.ip_ranges, [&](const IpRange& was) { return was.covers(range); }))
          << where;
    }
  }

  store::TempDirectory directory;
  check::CheckWorld world;
  std::unique_ptr<store::SqliteUsageStore> usage =
      std::move(store::SqliteUsageStore::open(directory.file("usage.db")).value());
  usage::Collector collector{world.catalog(), *usage};
  check::Scratch scratch = world.make_scratch(collector.add_recorder());
};

TEST_F(LeastPrivilegeTest, AProposalRefusesNothingThatWasLetThrough) {
  int operations = 0, channels = 0, attributes = 0, networks = 0, replayed = 0;
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    const std::string access_type = seed % 10 == 0 ? "admin" : "integrations";
    check::Habits habits(world.catalog(), access_type, seed);
    world.tenant.enabled_channels =
        seed % 5 == 0 ? std::vector<std::string>{"502", "504", "505", "506"} : std::vector<std::string>{};
    world.put_tenant();
    const Restrictions before = access_type == "admin" || seed % 3 != 0 ? Restrictions{} : habits.restrictions();
    store::KeyRecord key = world.make_key(access_type, before);
    std::vector<MadeUp> let_through;
    for (int i = 0; i < 40; ++i) {
      const MadeUp made = habits.next();
      if (world.check(key, made, scratch).allowed) let_through.push_back(made);
    }
    const Found found = look(key);
    if (!found.what.proposal) continue;
    const Restrictions& after = *found.what.proposal;
    const std::string where = fmt::format("seed {}", seed);
    expect_narrower(before, after, found, where);

    // It can be set as it is.
    lifecycle::RestrictionsInput input{after.operations, after.channels, after.attributes, {}};
    for (const IpRange& range : after.ip_ranges) input.ip_ranges.push_back(range.to_string());
    lifecycle::Mistakes mistakes;
    const Restrictions checked = lifecycle::check_restrictions(input, *world.catalog().find_access_type(access_type),
                                                               world.tenant, world.catalog(), mistakes);
    // A list in which nothing is of any use any more can't be shortened, and can't be set either.
    const auto hopeless = [&](const std::vector<std::string>& was, ObservedKind kind) {
      return !was.empty() && still_usable(was, found, kind).empty();
    };
    if (!hopeless(before.operations, ObservedKind::kOperation) && !hopeless(before.channels, ObservedKind::kChannel)) {
      EXPECT_TRUE(mistakes.empty()) << where << ": " << mistakes.at(0).detail;
      EXPECT_EQ(checked.operations, after.operations) << where;
      EXPECT_EQ(checked.channels, after.channels) << where;
      EXPECT_EQ(checked.attributes, after.attributes) << where;
      EXPECT_EQ(checked.ip_ranges, after.ip_ranges) << where;
    }

    key.key.restrictions = after;
    world.put(key);
    for (const MadeUp& made : let_through) {
      const check::Verdict verdict = world.check(key, made);
      ASSERT_TRUE(verdict.allowed) << where << ": " << made.method << ' ' << made.target << ' ' << made.body << "\n  "
                                   << verdict.detail;
      ++replayed;
    }
    operations += after.operations != before.operations;
    channels += after.channels != before.channels;
    attributes += after.attributes != before.attributes;
    networks += after.ip_ranges != before.ip_ranges;
  }
  // That it was about something.
  EXPECT_GT(operations, 200);
  EXPECT_GT(channels, 40);
  EXPECT_GT(attributes, 40);
  EXPECT_GT(networks, 200);
  EXPECT_GT(replayed, 10'000);
}

}  // namespace
}  // namespace latchkey
