// ChangeBell on LISTEN and NOTIFY, over a connection of its own that is made anew when it is lost. Without them, or without a
// connection, it is silent.
#pragma once
#include <memory>
#include <optional>

#include "store/change_bell.h"
#include "store/postgres/session.h"

namespace latchkey::store::postgres {

class FeedBell final : public ChangeBell {
 public:
  // Connects at the first wait; listens only if settings.notify.
  explicit FeedBell(Settings settings);
  ~FeedBell() override;
  Rung wait(std::int64_t timeout_ms) override;
  void wake() override;

 private:
  void connect();
  Rung take_rung();

  const Settings settings_;
  const SystemClock clock_;
  const int woken_;  // an eventfd
  // The waiting thread's own.
  std::unique_ptr<Session> session_;
  std::optional<std::int64_t> tried_ns_;
};

}  // namespace latchkey::store::postgres
