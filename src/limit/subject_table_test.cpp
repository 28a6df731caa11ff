#include "limit/subject_table.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "base/random.h"

namespace latchkey::limit {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Subject subject(std::uint64_t number) {
  Subject subject{.id = {}, .kind = static_cast<std::uint32_t>(number % 3)};
  std::memcpy(subject.id.data(), &number, sizeof number);
  return subject;
}

std::uint64_t hash(const Subject& subject) { return SubjectHash{}(subject); }

TEST(SubjectTable, IsEmptyAtFirst) {
  SubjectTable table;
  const Subject who = subject(1);
  table.prefetch(hash(who));
  EXPECT_EQ(table.find(who, hash(who), kSecond), nullptr);
  EXPECT_EQ(table.memory_bytes(), 0u);
  table.sweep(0);
}

TEST(SubjectTable, KeepsAWindowForEachLength) {
  SubjectTable table;
  const Subject who = subject(1);
  for (std::int64_t length = 1; length <= 5; ++length)
    table.of(who, hash(who), length * kSecond).add(7, length * kSecond, 10, static_cast<std::uint32_t>(length));
  for (std::int64_t length = 1; length <= 5; ++length) {
    ASSERT_NE(table.find(who, hash(who), length * kSecond), nullptr);
    EXPECT_EQ(table.find(who, hash(who), length * kSecond)->used(), static_cast<std::uint64_t>(length));
  }
  EXPECT_EQ(table.find(who, hash(who), 6 * kSecond), nullptr);
  EXPECT_EQ(table.size(), 1u);
  table.sweep(7 + 4 * kSecond);
  EXPECT_EQ(table.size(), 1u) << "its longest window holds something still";
  table.sweep(7 + 5 * kSecond);
  EXPECT_EQ(table.size(), 0u);
  EXPECT_EQ(table.memory_bytes(), 0u);
}

// Against a map, through growth, many admissions of some, sweeps of many and shrinking.
TEST(SubjectTable, AgreesWithAMapWhateverComesAndGoes) {
  SeededRandom random(11);
  SubjectTable table;
  std::map<std::uint64_t, std::multimap<std::int64_t, std::uint64_t>> expected;  // admissions: when, cost
  std::int64_t now = 1;
  for (int step = 0; step < 60'000; ++step) {
    // Sometimes everyone comes, sometimes few.
    const std::uint64_t range = step / 10'000 % 2 == 0 ? 3'000 : 20;
    const std::uint64_t number = random.next() % range;
    const Subject who = subject(number);
    const auto cost = static_cast<std::uint32_t>(1 + random.next() % 3);
    SlidingWindow& window = table.of(who, hash(who), kSecond);
    window.expire(now, kSecond);
    if (window.used() + cost <= 60) {
      window.add(now, kSecond, 60, cost);
      expected[number].emplace(now, cost);
    }
    now += static_cast<std::int64_t>(random.next() % 1'000'000);
    if (step % 500 != 0) continue;
    table.sweep(now);
    std::size_t alive = 0;
    for (auto& [name, admissions] : expected) {
      admissions.erase(admissions.begin(), admissions.upper_bound(now - kSecond));
      std::uint64_t used = 0;
      for (const auto& [when, units] : admissions) used += units;
      const Subject one = subject(name);
      const SlidingWindow* found = table.find(one, hash(one), kSecond);
      ASSERT_EQ(found == nullptr ? 0 : found->used(), used) << name << " at step " << step;
      alive += used > 0;
    }
    ASSERT_EQ(table.size(), alive);
  }
}

// Their homes lie in the last places, so that they go round the end, and gaps are filled across it.
TEST(SubjectTable, ErasesAcrossTheEnd) {
  SubjectTable table;
  std::vector<Subject> last;
  for (std::uint64_t number = 0; last.size() < 6; ++number) {
    const Subject who = subject(number);
    if ((hash(who) & 0xffffffff) >= 0xe0000000) last.push_back(who);
  }
  for (std::size_t i = 0; i < last.size(); ++i)
    table.of(last[i], hash(last[i]), kSecond).add(static_cast<std::int64_t>(i % 3) * kSecond / 2, kSecond, 10, 1);
  for (std::int64_t gone = 0; gone < 3; ++gone) {
    table.sweep(kSecond + gone * kSecond / 2);
    for (std::size_t i = 0; i < last.size(); ++i) {
      const bool stays = static_cast<std::int64_t>(i % 3) > gone;
      EXPECT_EQ(table.find(last[i], hash(last[i]), kSecond) != nullptr, stays) << i << " after " << gone;
    }
  }
}

}  // namespace
}  // namespace latchkey::limit
