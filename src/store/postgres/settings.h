// How to reach a PostgreSQL database, and how long to wait for it.
//
//   LK_ASSIGN(Settings settings, Settings::parse(Secret::copy_of("postgres://latchkey@db1,db2/latchkey")));
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/secret.h"

namespace latchkey::store::postgres {

// Which row makes a writing transaction the only one: that of the keys and all that goes with them, or that of the counts
// of uses. None where transactions may run beside one another; what became of one is then not known when its connection dies
// as it commits.
enum class WriteLock { kFeed, kUsage, kNone };

struct Settings {
  // A URL (postgres://, postgresql://) or `name=value ...`, as libpq takes them, several hosts included. It may hold a
  // password, so it is in no message. kInvalidArgument when it can't be read.
  static Result<Settings> parse(Secret url);
  Settings copy() const;

  Secret conninfo;
  // What one session learns for the others; copies share it.
  struct Learned {
    std::atomic<std::size_t> host{0};  // of several, the one that was reached last, which is tried first
    // When a session was last given up because nothing came, on the steady clock: those that are older than that are not waited
    // for, each in its turn, but made anew.
    std::atomic<std::int64_t> silent_ns{INT64_MIN};
  };
  std::shared_ptr<Learned> learned = std::make_shared<Learned>();
  WriteLock lock = WriteLock::kFeed;
  // Whether commits tell those who LISTEN; engines without NOTIFY are only polled.
  bool notify = true;
  // For one statement. The database gives up a little before we do, so that we know what became of it.
  std::int64_t statement_ms = 5'000;
  // Ends a transaction whose node stalls between two statements, for others wait for it. 0: never.
  std::int64_t idle_in_transaction_ms = 3'000;
  // How long a commit whose outcome is unknown is asked about.
  std::int64_t settle_ms = 10'000;
};

}  // namespace latchkey::store::postgres
