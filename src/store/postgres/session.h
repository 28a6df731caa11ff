// One session with a PostgreSQL server: what libpq offers, with a deadline on every wait. Once it is not alive it stays so,
// and another has to be made. Belongs to one thread at a time; nothing throws.
//
//   LK_ASSIGN(auto session, Session::open(settings));
//   LK_ASSIGN(const Rows rows, session->run("SELECT 1"));
#pragma once
#include <libpq-fe.h>

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "store/postgres/settings.h"

namespace latchkey::store::postgres {

struct ClearRows {
  void operator()(PGresult* rows) const { PQclear(rows); }
};
using Rows = std::unique_ptr<PGresult, ClearRows>;

// A parameter as it goes over the wire; no bytes: NULL.
struct Value {
  Oid type = 0;  // 0: the database tells by where it stands
  std::optional<std::string> bytes;
};

inline constexpr Oid kBool = 16, kBytea = 17, kInt8 = 20, kInt2 = 21, kInt4 = 23, kText = 25, kNumeric = 1700;

class Session {
 public:
  // Waits a few seconds for each host of the settings at most.
  static Result<std::unique_ptr<Session>> open(const Settings& settings);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  bool alive() const { return !broken_ && PQstatus(handle_) == CONNECTION_OK; }
  // Whether another session was given up since this one was opened, because its server had fallen silent.
  bool is_suspect() const { return opened_ns_ < learned_->silent_ns.load(); }
  PGTransactionStatusType transaction() const { return PQtransactionStatus(handle_); }

  // Statements without parameters, separated by semicolons; answers what the last one said, or the first that failed.
  Result<Rows> run(const char* sql);
  Result<void> prepare(const std::string& name, const std::string& sql, std::span<const Oid> types);
  // Rows in binary form. `before` are statements without parameters and rows that go along in the same message.
  Result<Rows> run_prepared(const std::string& name, std::span<const Value> values,
                            std::span<const std::string> before);

  // Whether the server warned of something since this was asked last.
  bool take_warning() { return std::exchange(warned_, false); }
  // Waits until the server says something by itself, or `wake` (a descriptor, or -1) can be read, or time is up.
  Result<void> listen(std::int64_t timeout_ms, int wake);
  PGconn* handle() const { return handle_; }

 private:
  Session(PGconn* handle, std::int64_t deadline_ms, std::shared_ptr<Settings::Learned> learned, std::int64_t opened_ns)
      : handle_(handle), deadline_ms_(deadline_ms), learned_(std::move(learned)), opened_ns_(opened_ns) {}
  static Result<std::unique_ptr<Session>> open_one(const Settings& settings, const PQconninfoOption* options,
                                                   std::size_t host);
  static void note_notice(void* session, const PGresult* notice);
  Result<void> prepare_session(const Settings& settings);
  Result<Rows> gather(bool sent);
  Result<void> flush(std::int64_t until_ns);
  Result<void> wait_for_input(std::int64_t until_ns);
  Result<void> poll_once(short events, std::int64_t until_ns);
  Result<Rows> gather_pipeline();
  Error lose(std::string detail);

  PGconn* const handle_;
  const std::int64_t deadline_ms_;  // 0: none
  const std::shared_ptr<Settings::Learned> learned_;
  const std::int64_t opened_ns_;
  const SystemClock clock_;
  bool broken_ = false;
  bool warned_ = false;
};

}  // namespace latchkey::store::postgres
