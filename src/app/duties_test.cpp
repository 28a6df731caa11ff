#include "app/duties.h"

#include <gtest/gtest.h>

#include <map>

#include "base/random.h"

namespace latchkey::app {
namespace {

// By the clock that is shared here; `away` as when the database can't be reached.
class NotedDuties final : public store::DutyStore {
 public:
  explicit NotedDuties(const ManualClock& clock) : clock_(clock) {}
  Result<bool> hold(std::string_view duty, const Uuid& holder, std::int64_t lease_ms) override {
    if (away) return fail(ErrorCode::kUnavailable, "The database can't be reached.");
    Lease& lease = leases_[std::string(duty)];
    if (lease.holder != holder && lease.until > clock_.now()) return false;
    lease = {holder, clock_.now().plus_ms(lease_ms)};
    return true;
  }
  Result<void> release(std::string_view duty, const Uuid& holder) override {
    Lease& lease = leases_[std::string(duty)];
    if (lease.holder == holder) lease.until = {};
    return {};
  }
  bool away = false;

 private:
  struct Lease {
    Uuid holder{};
    Instant until;
  };
  const ManualClock& clock_;
  std::map<std::string, Lease> leases_;
};

class DutiesTest : public testing::Test {
 protected:
  Duties make(std::uint8_t node) { return Duties(&store, Uuid{node}, clock); }
  ManualClock clock;
  NotedDuties store{clock};
};

TEST_F(DutiesTest, ANodeThatIsAloneHasEveryDuty) {
  Duties alone(nullptr, Uuid{1}, clock);
  EXPECT_TRUE(alone.duty("courier").mine());
}

TEST_F(DutiesTest, OfTwoNodesOneHasADuty) {
  Duties a = make(1), b = make(2);
  const Duty &of_a = a.duty("courier"), &of_b = b.duty("courier");
  EXPECT_FALSE(of_a.mine()) << "before it asked";
  a.ask();
  b.ask();
  EXPECT_TRUE(of_a.mine());
  EXPECT_FALSE(of_b.mine());
}

TEST_F(DutiesTest, ANodeThatIsCutOffLosesItBeforeAnotherGetsIt) {
  Duties a = make(1), b = make(2);
  const Duty &of_a = a.duty("courier"), &of_b = b.duty("courier");
  a.ask();
  store.away = true;
  bool b_has_it = false;
  for (int second = 1; second <= 20; ++second) {
    clock.advance_ms(1'000);
    a.ask();
    store.away = false;
    b.ask();
    store.away = true;
    EXPECT_FALSE(of_a.mine() && of_b.mine()) << second;
    EXPECT_TRUE(of_a.mine() || second >= 14) << second;
    b_has_it = of_b.mine();
  }
  EXPECT_TRUE(b_has_it);
  EXPECT_FALSE(of_a.mine());
}

TEST_F(DutiesTest, AtItsEndANodeHandsItOver) {
  Duties a = make(1), b = make(2);
  a.duty("courier");
  const Duty& of_b = b.duty("courier");
  a.start();
  b.ask();
  EXPECT_FALSE(of_b.mine());
  a.stop();
  b.ask();
  EXPECT_TRUE(of_b.mine());
}

}  // namespace
}  // namespace latchkey::app
