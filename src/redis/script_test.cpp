// The script against an oracle that keeps every admission with its time, on a real server, with time as an argument.
#include "redis/script.h"

#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <deque>
#include <functional>
#include <random>
#include <set>

#include "base/check.h"
#include "core/limits.h"
#include "core/rate_limit.h"
#include "redis/redis_fixture.h"

namespace latchkey::redis {
namespace {

using Rng = std::mt19937_64;
using Number = std::int64_t;

struct Window {
  std::string key;
  Number length_us = 0, limit = 0, pushed = 0;
};
struct OwnQuota {
  std::string key;
  Period period = Period::kDay;
  Number limit = 0, number = 0, known = 0, pushed = 0;
};
struct Answer {
  bool admitted = false;
  struct OfWindow {
    Number used, wait_us, more_us, born, total;
  };
  std::vector<OfWindow> windows;
  std::vector<std::pair<Number, Number>> quotas;  // the period, and what is used
};

// The script, with its time as the last argument.
class ScriptUnderTest {
 public:
  ScriptUnderTest() : context_(redisConnectUnix((process_.folder() + "/redis.sock").c_str())) {
    std::string script(limits_script());
    const std::string_view clock = "local t = redis.call('TIME')\nlocal now = t[1] * 1000000 + t[2]\n";
    const std::size_t at = script.find(clock);
    LK_CHECK(at != std::string::npos);
    script.replace(at, clock.size(), "local now = tonumber(ARGV[#ARGV])\n");
    digest_ = process_.command({"SCRIPT", "LOAD", script});
  }
  ~ScriptUnderTest() { redisFree(context_); }

  Answer ask(const std::vector<Window>& windows, const std::vector<OwnQuota>& quotas, Number cost, Number now_us) {
    std::vector<std::string> words = {"EVALSHA", digest_, std::to_string(windows.size() + quotas.size())};
    for (const Window& window : windows) words.push_back(window.key);
    for (const OwnQuota& quota : quotas) words.push_back(quota.key);
    const auto add = [&](std::initializer_list<Number> numbers) {
      for (const Number number : numbers) words.push_back(std::to_string(number));
    };
    add({cost, static_cast<Number>(windows.size()), static_cast<Number>(quotas.size())});
    for (const Window& window : windows) add({window.length_us, window.limit, window.pushed, 0});
    for (const OwnQuota& q : quotas) add({static_cast<Number>(q.period), q.limit, q.number, q.known, q.pushed});
    add({now_us});
    return run(words, windows.size());
  }
  RedisProcess& process() { return process_; }

 private:
  Answer run(const std::vector<std::string>& words, std::size_t windows) {
    std::vector<const char*> arguments;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
      arguments.push_back(word.data());
      sizes.push_back(word.size());
    }
    auto* const reply = static_cast<redisReply*>(redisCommandArgv(context_, static_cast<int>(words.size()),
                                                                  arguments.data(), sizes.data()));
    LK_CHECK(reply != nullptr);
    EXPECT_EQ(reply->type, REDIS_REPLY_ARRAY) << reply->str;
    const auto number = [&](std::size_t i) { return reply->element[i]->integer; };
    Answer answer;
    answer.admitted = number(1) == 1;
    for (std::size_t i = 0, at = 2; i < windows; ++i, at += 6) {
      answer.windows.push_back({number(at), number(at + 1), number(at + 2), number(at + 3), number(at + 4)});
    }
    for (std::size_t at = 2 + windows * 6; at < reply->elements; at += 2) {
      answer.quotas.push_back({number(at), number(at + 1)});
    }
    freeReplyObject(reply);
    return answer;
  }

  RedisProcess process_;
  redisContext* const context_;
  std::string digest_;
};

struct Admission {
  Number at_us;
  int key, rate_class;
  Number cost;
  std::array<Number, kPeriods> periods;
};

constexpr Number kSecondUs = 1'000'000, kStartUs = 1'777'777'000 * kSecondUs;

// Two keys of one tenant, two rate classes, windows and quotas of both kinds of owner. What each counts is a predicate.
class World {
 public:
  explicit World(std::uint64_t seed) : rng_(seed) {}

  void step(ScriptUnderTest& script) {
    now_us_ += static_cast<Number>(rng_() % 200) * 1'000;
    if (rng_() % 400 == 0) now_us_ += static_cast<Number>(rng_() % 30) * 3'600 * kSecondUs;
    const int key = static_cast<int>(rng_() % 2), rate_class = static_cast<int>(rng_() % 2);
    const Number cost = 1 + static_cast<Number>(rng_() % 4);
    const std::vector<Limit> limits = limits_of(key, rate_class);
    std::vector<Window> windows;
    std::vector<OwnQuota> quotas;
    for (const Limit& limit : limits) {
      const std::string name = fmt::format("{{{}}}:{}", seed_name_, limit.name);
      if (limit.period) quotas.push_back({name, *limit.period, limit.limit});
      if (!limit.period) windows.push_back({name, limit.length_us, limit.limit});
    }
    const Answer answer = script.ask(windows, quotas, cost, now_us_);
    ASSERT_EQ(answer.admitted, fits(limits, cost, now_us_));
    if (answer.admitted) admitted_.push_back({now_us_, key, rate_class, cost, periods(now_us_)});
    Number longest_us = 0;
    std::size_t window = 0, quota = 0;
    for (const Limit& limit : limits) {
      if (limit.period) {
        ASSERT_EQ(answer.quotas[quota].first, periods(now_us_)[static_cast<std::size_t>(*limit.period)]);
        ASSERT_EQ(answer.quotas[quota++].second, used_of(limit, now_us_)) << limit.name;
        continue;
      }
      ASSERT_EQ(answer.windows[window].used, used_of(limit, now_us_)) << limit.name;
      longest_us = std::max(longest_us, answer.windows[window++].wait_us);
    }
    if (!answer.admitted && quotas_fit(limits, cost)) check_wait(limits, cost, longest_us);
    for (const Limit& limit : limits) {
      if (!answer.admitted && used_of(limit, now_us_) + cost > limit.limit) violated_.insert(limit.name);
    }
    std::erase_if(admitted_, [&](const Admission& a) { return a.at_us < now_us_ - 70LL * 86'400 * kSecondUs; });
  }
  const std::set<std::string>& violated() const { return violated_; }

 private:
  struct Limit {
    std::string name;
    Number limit = 0, length_us = 0;
    std::optional<Period> period;
    std::function<bool(const Admission&)> counts;
  };
  std::vector<Limit> limits_of(int key, int rate_class) const {
    const auto mine = [key](const Admission& a) { return a.key == key; };
    const auto of_class = [rate_class](const Admission& a) { return a.rate_class == rate_class; };
    const auto mine_of_class = [mine, of_class](const Admission& a) { return mine(a) && of_class(a); };
    const auto all = [](const Admission&) { return true; };
    std::vector<Limit> out;
    if (rate_class == 0) {
      out.push_back({fmt::format("second-{}", key), 9, kSecondUs, {}, mine_of_class});
      out.push_back({fmt::format("ten-{}", key), 20, 10 * kSecondUs, {}, mine_of_class});
    } else {
      out.push_back({fmt::format("mail-{}", key), 6, kSecondUs, {}, mine_of_class});
    }
    out.push_back({fmt::format("class-{}", rate_class), 25, 10 * kSecondUs, {}, of_class});
    out.push_back({"all", 64, 20 * kSecondUs, {}, all});
    out.push_back({fmt::format("daily-{}", key), 75, 0, Period::kDay, mine});
    out.push_back({"monthly", 900, 0, Period::kMonth, all});
    return out;
  }
  static std::array<Number, kPeriods> periods(Number at_us) {
    const Instant at{at_us / 1'000};
    return {period_at(Period::kDay, at), period_at(Period::kMonth, at)};
  }
  Number used_of(const Limit& limit, Number now_us) const {
    Number total = 0;
    const auto current = periods(now_us);
    for (const Admission& a : admitted_) {
      const bool within = limit.period ? a.periods[static_cast<std::size_t>(*limit.period)] ==
                                             current[static_cast<std::size_t>(*limit.period)]
                                       : a.at_us >= now_us - limit.length_us;  // rounded up
      if (within && limit.counts(a)) total += a.cost;
    }
    return total;
  }
  bool fits(const std::vector<Limit>& limits, Number cost, Number now_us) const {
    return std::ranges::all_of(limits, [&](const Limit& each) { return used_of(each, now_us) + cost <= each.limit; });
  }
  bool quotas_fit(const std::vector<Limit>& limits, Number cost) const {
    return std::ranges::all_of(limits,
                               [&](const Limit& e) { return !e.period || used_of(e, now_us_) + cost <= e.limit; });
  }
  // True by the oracle, and no later than needed.
  void check_wait(const std::vector<Limit>& limits, Number cost, Number wait_us) const {
    ASSERT_TRUE(fits(limits, cost, now_us_ + wait_us));
    ASSERT_FALSE(fits(limits, cost, now_us_ + wait_us - 1'000));
  }

  Rng rng_;
  const std::string seed_name_ = std::to_string(rng_());
  std::vector<Admission> admitted_;
  std::set<std::string> violated_;
  Number now_us_ = kStartUs;
};

TEST(LimitsScript, EveryVerdictIsTheOracles) {
  ScriptUnderTest script;
  std::set<std::string> violated;
  for (const std::uint64_t seed : {1u, 20'260'501u}) {
    World world(seed);
    for (int i = 0; i < 6'000; ++i) {
      world.step(script);
      if (testing::Test::HasFatalFailure()) FAIL() << "seed " << seed << ", step " << i;
    }
    violated.insert(world.violated().begin(), world.violated().end());
  }
  EXPECT_EQ(violated, (std::set<std::string>{"all", "class-0", "class-1", "daily-0", "daily-1", "mail-0", "mail-1",
                                             "monthly", "second-0", "second-1", "ten-0", "ten-1"}))
      << "each must have had its say";
}

// What the limiter in memory is held to as well: limiter_property_test.cpp.
TEST(LimitsScript, NeverMoreThanTheLimitInAnyWindowAndNearlyAllOfIt) {
  ScriptUnderTest script;
  Rng rng(7);
  for (const RateLimit& policy :
       {RateLimit{"one", 1, 1'000}, RateLimit{"edge", 64, 1'000}, RateLimit{"merged", 65, 10'000},
        RateLimit{"large", 1'000, 60'000}, RateLimit{"hour", 3'000, 3'600'000}}) {
    const Number length_us = policy.window_ms * 1'000, limit = static_cast<Number>(policy.limit);
    for (int kind = 0; kind < 5; ++kind) {
      std::deque<std::pair<Number, Number>> window, ideal;
      Number now_us = kStartUs, used = 0, admitted = 0, ideal_used = 0, ideally = 0;
      for (int i = 0; i < 1'500; ++i) {
        const auto random = static_cast<Number>(rng() % static_cast<std::uint64_t>(2 * length_us / limit + 1));
        now_us += kind == 0   ? random
                  : kind == 1 ? Number{1}
                  : kind == 2 ? length_us / 48 + static_cast<Number>(rng() % 3) - 1
                  : kind == 3 ? (i % limit == 0 ? length_us / 2 : Number{10})
                              : (rng() % 50 == 0 ? 3 * length_us : random / 4);
        while (!window.empty() && window.front().first <= now_us - length_us)
          used -= window.front().second, window.pop_front();
        while (!ideal.empty() && ideal.front().first <= now_us - length_us) ideal_used -= 1, ideal.pop_front();
        if (ideal_used < limit) ideal.push_back({now_us, 1}), ++ideal_used, ++ideally;
        const std::string key = fmt::format("{{p}}:{}:{}", policy.name, kind);
        if (!script.ask({{key, length_us, limit}}, {}, 1, now_us).admitted) continue;
        window.push_back({now_us, 1});
        ++used, ++admitted;
        ASSERT_LE(used, limit) << policy.name << ", kind " << kind << ", arrival " << i;
      }
      if (kind == 0) {
        EXPECT_GE(static_cast<double>(admitted), 0.95 * static_cast<double>(ideally)) << policy.name;
      }
    }
  }
}

// By the true time, while the server's clock is set back again and again.
TEST(LimitsScript, AClockThatIsSetBackFreesNobodyAndLocksForAWindowAtMost) {
  ScriptUnderTest script;
  Rng rng(3);
  constexpr Number kLength = 10 * kSecondUs, kLimit = 20;
  const Window window{"{c}:w", kLength, kLimit};
  std::deque<Number> admitted;
  Number true_us = kStartUs, behind_us = 0;
  for (int i = 0; i < 3'000; ++i) {
    true_us += static_cast<Number>(rng() % 400) * 1'000;
    if (rng() % 50 == 0) behind_us += static_cast<Number>(rng() % 100'000) * 1'000;
    while (!admitted.empty() && admitted.front() <= true_us - kLength) admitted.pop_front();
    if (script.ask({window}, {}, 1, true_us - behind_us).admitted) admitted.push_back(true_us);
    ASSERT_LE(admitted.size(), static_cast<std::size_t>(kLimit));
  }
  behind_us += 86'400 * kSecondUs;
  (void)script.ask({window}, {}, 1, true_us - behind_us);
  true_us += kLength + 1;
  EXPECT_EQ(script.ask({window}, {}, kLimit - 1, true_us - behind_us).admitted, true);
}

TEST(LimitsScript, WhatIsToldCountsWhateverTheLimitAndIsNotRefused) {
  ScriptUnderTest script;
  EXPECT_EQ(script.ask({{"{t}:w", kSecondUs, 5, 4}}, {}, 0, kStartUs).windows[0].used, 4);
  EXPECT_TRUE(script.ask({{"{t}:w", kSecondUs, 5}}, {}, 1, kStartUs).admitted);
  const Answer over = script.ask({{"{t}:w", kSecondUs, 5, 3}}, {}, 1, kStartUs);
  EXPECT_FALSE(over.admitted);
  EXPECT_EQ(over.windows[0].used, 8);
  EXPECT_EQ(over.windows[0].total, 8);
}

TEST(LimitsScript, AQuotaThatWasLostIsFoundAgainByWhatANodeKnows) {
  ScriptUnderTest script;
  const Number day = period_at(Period::kDay, {kStartUs / 1'000});
  EXPECT_EQ(script.ask({}, {{"{q}:d", Period::kDay, 10, day, 7, 0}}, 1, kStartUs).quotas[0], std::pair(day, Number{8}));
  EXPECT_EQ(script.ask({}, {{"{q}:d", Period::kDay, 10, day, 3, 0}}, 1, kStartUs).quotas[0], std::pair(day, Number{9}));
  EXPECT_EQ(script.ask({}, {{"{q}:d", Period::kDay, 10, day - 1, 9, 5}}, 1, kStartUs).quotas[0],
            std::pair(day, Number{10}))
      << "of another day";
  EXPECT_FALSE(script.ask({}, {{"{q}:d", Period::kDay, 10, day, 0, 0}}, 1, kStartUs).admitted);
  EXPECT_TRUE(script.ask({}, {{"{q}:d", Period::kDay, 10, day, 10, 0}}, 1, kStartUs + 86'400 * kSecondUs).admitted);
}

TEST(LimitsScript, ARefusalWritesNothing) {
  ScriptUnderTest script;
  (void)script.ask({{"{r}:w", 60 * kSecondUs, 1}}, {}, 1, kStartUs);
  const std::string before = script.process().command("GET {r}:w");
  const std::vector<Window> windows = {{"{r}:x", 60 * kSecondUs, 9}, {"{r}:w", 60 * kSecondUs, 1}};
  EXPECT_FALSE(script.ask(windows, {{"{r}:d", Period::kDay, 9}}, 1, kStartUs + 5).admitted);
  EXPECT_EQ(script.process().command("GET {r}:w"), before);
  EXPECT_EQ(script.process().command("DBSIZE"), "1");
}

}  // namespace
}  // namespace latchkey::redis
