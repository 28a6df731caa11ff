#include "net/poller.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>

#include "net/descriptor.h"
#include "net/loop.h"

namespace latchkey::net {
namespace {

// One end is watched; a byte written to the other makes it ready.
class Pair final : public Poller::Target {
 public:
  Pair(Poller& poller, std::function<void(Pair&, std::uint32_t)> on_told)
      : poller_(poller), on_told_(std::move(on_told)) {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
    watched_ = Descriptor(ends[0]);
    other_ = Descriptor(ends[1]);
    EXPECT_TRUE(poller_.watch(watched_.get(), *this));
  }
  ~Pair() override { poller_.forget(*this); }
  void make_readable() { EXPECT_EQ(::write(other_.get(), "x", 1), 1); }
  void on_ready(std::uint32_t events) override { on_told_(*this, events); }

 private:
  Poller& poller_;
  const std::function<void(Pair&, std::uint32_t)> on_told_;
  Descriptor watched_, other_;
};

TEST(Poller, TellsOfEachChange) {
  Loop loop;
  Poller& poller = poller_of(loop);
  int told = 0;
  Pair pair(poller, [&](Pair& self, std::uint32_t events) {
    if ((events & EPOLLIN) == 0) return self.make_readable();  // it was told that it may write
    if (++told == 2) return loop.stop();
    self.make_readable();
  });
  loop.run();
  EXPECT_EQ(told, 2);
}

TEST(Poller, WhoAsksIsToldAgainOnce) {
  Loop loop;
  Poller& poller = poller_of(loop);
  int again = 0;
  Pair pair(poller, [&](Pair& self, std::uint32_t events) {
    if (events == 0) {
      ++again;
      return loop.stop();
    }
    poller.tell_again(self);
    poller.tell_again(self);
  });
  loop.run();
  EXPECT_EQ(again, 1);
}

// Both are ready in the same turn, and the first that is told ends the other, whose event has been fetched already; or both
// have asked to be told again, and the same happens then.
TEST(Poller, AForgottenOneIsNotTold) {
  for (const bool asks_again : {false, true}) {
    Loop loop;
    Poller& poller = poller_of(loop);
    std::array<std::unique_ptr<Pair>, 2> pairs;
    const Pair* dead = nullptr;
    const auto end_the_other = [&](Pair& self, std::uint32_t events) {
      EXPECT_NE(&self, dead);
      if (dead != nullptr) return;
      if (asks_again && events != 0) return poller.tell_again(self);
      std::unique_ptr<Pair>& other = pairs[0].get() == &self ? pairs[1] : pairs[0];
      dead = other.get();
      other.reset();
      loop.stop();
    };
    for (auto& pair : pairs) pair = std::make_unique<Pair>(poller, end_the_other);
    loop.run();
    EXPECT_NE(dead, nullptr);
  }
}

}  // namespace
}  // namespace latchkey::net
