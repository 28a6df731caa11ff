#include "store/postgres/connection.h"

#include <poll.h>

#include <charconv>
#include <cstring>
#include <span>

#include <fmt/format.h>

#include "base/check.h"
#include "base/log.h"
#include "base/random.h"
#include "store/postgres/errors.h"
#include "store/postgres/statement.h"

namespace latchkey::store::postgres {
namespace {

// The statements of the code are fewer than this; only the variants of listing could pass it.
constexpr std::size_t kMaxCachedStatements = 256;
// Notes of writers that ended long ago are removed now and then.
constexpr std::int64_t kForgetWritersEvery = 10'000;
constexpr int kSettleRestMs = 100;

constexpr const char* kBeginReading = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr const char* kBeginWriting = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

constexpr const char* kNowMs = "CAST(extract(epoch FROM now()) * 1000 AS BIGINT)";

std::int64_t random_number() {
  std::uint64_t number = 0;
  SystemRandom().fill({reinterpret_cast<std::uint8_t*>(&number), sizeof number});
  return static_cast<std::int64_t>(number >> 1);
}

// 0 when it is none, as the text of a command that changed nothing.
std::int64_t parse_number(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::int64_t number_at(const Rows& rows) {
  return PQntuples(rows.get()) == 0 ? 0 : parse_number(PQgetvalue(rows.get(), 0, 0));
}

bool says_commit(const Rows& rows) { return rows && std::strcmp(PQcmdStatus(rows.get()), "COMMIT") == 0; }

bool is_read(std::string_view sql) { return sql.starts_with("SELECT") || sql.starts_with("WITH"); }

// What the writer sends around each of its jobs. Nobody waits for what these say, for they say nothing.
bool can_be_put_off(std::string_view sql) {
  return sql.starts_with("SAVEPOINT ") || sql.starts_with("RELEASE ") || sql.starts_with("ROLLBACK TO ");
}

// Another transaction was in the way, and nothing of this one is stored.
bool must_run_again(const Error& error) {
  return error.detail.starts_with("postgres 40001") || error.detail.starts_with("postgres 40P01");
}

// A warning at a commit says that a standby was not waited for any longer.
Error nobody_knows(std::string detail) {
  return {ErrorCode::kUnavailable,
          "The database went away while it stored this, and nobody knows whether it did. Look before you try again.",
          std::move(detail)};
}

// CockroachDB's, of a commit that may have gone through; PostgreSQL ends the connection instead.
bool outcome_unknown(const Error& error) { return error.detail.starts_with("postgres 40003"); }

}  // namespace

Connection::Connection(Settings settings) : settings_(std::move(settings)), writer_(random_number()) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(Settings settings) {
  std::unique_ptr<Connection> connection(new Connection(std::move(settings)));
  LK_TRY(connection->connect());
  return connection;
}

Result<void> Connection::connect() {
  session_.reset();
  LK_ASSIGN(session_, Session::open(settings_));
  ++sessions_;
  return {};
}

const char* Connection::lock_sql() const {
  if (settings_.lock == WriteLock::kUsage) return "SELECT sequence FROM usage_head WHERE id = 1 FOR UPDATE";
  return "SELECT sequence FROM feed_head WHERE id = 1 FOR UPDATE";
}

// ---- statements

// A session for a statement that is about to run.
Result<void> Connection::ready() {
  if (!in_transaction_ && session_ && session_->is_suspect()) session_.reset();
  if (session_ && session_->alive() && !over_) return {};
  if (in_transaction_) return std::unexpected(lost_error("lost within a transaction"));
  lost_ = true;
  LK_TRY(connect());
  lost_ = false;
  return {};
}

Result<void> Connection::exec(const char* sql) {
  if (in_transaction_ && can_be_put_off(sql)) {
    put_off(sql);
    return {};
  }
  LK_TRY(ready());
  auto done = session_->run(with_put_off(sql).c_str());
  if (done) return {};
  judge(done.error(), false);
  return std::unexpected(std::move(done.error()));
}

// What an error of a statement means for the transaction it was in, or for itself.
void Connection::judge(const Error& error, bool only_read) {
  if (!session_->alive()) {
    lost_ = in_transaction_ || only_read;
    over_ = in_transaction_;
    return;
  }
  if (!in_transaction_ || !must_run_again(error)) return;
  lost_ = over_ = true;
  if (!session_->run("ROLLBACK")) session_.reset();
}

void Connection::put_off(std::string_view sql) {
  put_off_.emplace_back(sql);
  // There is one savepoint at a time.
  if (sql.starts_with("SAVEPOINT ")) appended_at_savepoint_ = appended_.size();
  if (sql.starts_with("ROLLBACK TO ")) appended_.resize(appended_at_savepoint_);
}

std::string Connection::with_put_off(std::string_view sql) {
  std::string all;
  for (const std::string& one : put_off_) all += one + "; ";
  put_off_.clear();
  return all += sql;
}

sql::Statement Connection::prepare(std::string_view sql) {
  auto found = cache_.find(sql);
  if (found == cache_.end()) {
    if (cache_.size() >= kMaxCachedStatements) drop_idle_statements();
    found = cache_.emplace(sql, std::make_unique<PreparedStatement>(*this, sql)).first;
  }
  LK_CHECK(!found->second->on_loan);
  return sql::Statement(*found->second);
}

Result<Rows> Connection::execute(PreparedStatement& statement) {
  const std::string& sql = statement.translated_.sql;
  if (in_transaction_ && can_be_put_off(sql)) {
    put_off(sql);
    return Rows(PQmakeEmptyPGresult(nullptr, PGRES_COMMAND_OK));
  }
  LK_TRY(ready());
  session_->take_warning();
  const auto run = [&]() -> Result<Rows> {
    if (!statement.prepared_for(sessions_)) {
      if (!put_off_.empty()) LK_TRY(session_->run(with_put_off("").c_str()));
      LK_TRY(statement.prepare(*session_, sessions_, fmt::format("s{}", ++names_)));
    }
    auto rows = session_->run_prepared(statement.name_, statement.values_, put_off_);
    put_off_.clear();
    return rows;
  };
  auto rows = run();
  if (!rows) {
    judge(rows.error(), is_read(sql));
    return rows;
  }
  // By itself it was a transaction, too.
  if (!in_transaction_ && !is_read(sql) && session_->take_warning()) return std::unexpected(nobody_knows("a warning"));
  if (const char* changed = PQcmdTuples(rows->get()); PQntuples(rows->get()) == 0 || !is_read(sql)) {
    changed_rows_ = parse_number(changed);
  }
  return rows;
}

void Connection::drop_idle_statements() {
  std::string sql;
  std::erase_if(cache_, [&](const auto& entry) {
    const PreparedStatement& statement = *entry.second;
    if (statement.on_loan) return false;
    if (statement.session_ == sessions_) sql += fmt::format("DEALLOCATE {}; ", statement.name_);
    return true;
  });
  if (sql.empty() || !session_ || !session_->alive()) return;
  // Fails in a transaction that failed; then they stay on the server until the session ends.
  if (!session_->run(with_put_off(sql).c_str())) log::warn("store.statements_kept");
}

// ---- transactions

std::optional<std::int64_t> Connection::end_of_feed() const {
  if (!in_transaction_ || access_ != Access::kWrite || settings_.lock != WriteLock::kFeed) return std::nullopt;
  return head_ + static_cast<std::int64_t>(appended_.size());
}

std::optional<std::int64_t> Connection::append_change(std::string row) {
  const auto end = end_of_feed();
  if (!end) return std::nullopt;
  appended_.push_back(std::move(row));
  return *end + 1;
}

Result<void> Connection::begin(Access access) {
  put_off_.clear();
  appended_.clear();
  appended_at_savepoint_ = 0;
  in_transaction_ = over_ = lost_ = false;
  access_ = access;
  if (session_ && session_->is_suspect()) session_.reset();
  const bool idle = session_ && session_->alive() && session_->transaction() == PQTRANS_IDLE;
  if (access == Access::kRead && idle) {
    // Goes along with the first statement. When that finds the connection lost, whoever reads begins again.
    put_off_.emplace_back(kBeginReading);
    in_transaction_ = true;
    return {};
  }
  std::string sql = access == Access::kRead ? kBeginReading : kBeginWriting;
  if (access == Access::kWrite && settings_.lock != WriteLock::kNone) sql += fmt::format("; {}", lock_sql());
  const bool fresh = !session_ || !session_->alive();
  auto begun = begin_in(sql.c_str());
  // A session that broke while it was idle is noticed here.
  if (!begun && !fresh && lost_) begun = begin_in(sql.c_str());
  return begun;
}

Result<void> Connection::begin_in(const char* sql) {
  if (session_ && session_->alive() && session_->transaction() != PQTRANS_IDLE) session_.reset();
  if (!session_ || !session_->alive()) {
    lost_ = true;
    LK_TRY(connect());
  }
  lost_ = false;
  auto rows = session_->run(sql);
  if (rows) {
    head_ = access_ == Access::kWrite && settings_.lock != WriteLock::kNone ? number_at(*rows) : 0;
    in_transaction_ = true;
    return {};
  }
  lost_ = !session_->alive();
  if (!lost_) static_cast<void>(session_->run("ROLLBACK"));
  return std::unexpected(std::move(rows.error()));
}

void Connection::roll_back() {
  put_off_.clear();
  in_transaction_ = over_ = false;
  if (!session_ || !session_->alive() || session_->transaction() == PQTRANS_IDLE) return;
  // When it fails the session goes, and the transaction with it.
  if (const auto rolled_back = session_->run("ROLLBACK"); !rolled_back) {
    log::warn("store.rollback_failed", {{"detail", rolled_back.error().detail}});
    session_.reset();
  }
}

std::string Connection::commit_sql() const {
  if (settings_.lock == WriteLock::kNone) return "COMMIT";
  std::string sql;
  if (batch_ % kForgetWritersEvery == 1) {
    sql += fmt::format("DELETE FROM writers WHERE at < {} - 86400000; ", kNowMs);
  }
  sql += fmt::format(
      "INSERT INTO writers (id, batch, at) VALUES ({}, {}, {}) "
      "ON CONFLICT (id) DO UPDATE SET batch = excluded.batch, at = excluded.at; ",
      writer_, batch_, kNowMs);
  if (appended_.empty()) return sql + "COMMIT";
  sql += "INSERT INTO changes (sequence, kind, key_id, tenant_id, at, mark) VALUES ";
  std::int64_t sequence = head_;
  for (const std::string& row : appended_) {
    if (sequence != head_) sql += ", ";
    sql += fmt::format("({}, {})", ++sequence, row);
  }
  sql += fmt::format("; UPDATE feed_head SET sequence = {} WHERE id = 1; ", sequence);
  if (settings_.notify) sql += "SELECT pg_notify('latchkey_feed', 'changed'); ";
  return sql + "COMMIT";
}

Result<void> Connection::commit() {
  LK_TRY(ready());
  if (access_ == Access::kRead) {
    roll_back();  // there is nothing to store
    return {};
  }
  ++batch_;
  session_->take_warning();
  auto rows = session_->run(with_put_off(commit_sql()).c_str());
  const bool alive = session_->alive();
  if (rows && says_commit(*rows) && !session_->take_warning()) {
    in_transaction_ = false;
    return {};
  }
  // Known to have failed: the server said so and is still there.
  if (!rows && alive && !outcome_unknown(rows.error())) {
    roll_back();
    lost_ = must_run_again(rows.error());
    return std::unexpected(std::move(rows.error()));
  }
  if (rows && !says_commit(*rows)) {
    in_transaction_ = false;
    return fail(ErrorCode::kInternal, "The database ended a transaction by itself.");
  }
  in_transaction_ = false;
  return settle();
}

// ---- unknown outcomes

Result<void> Connection::settle() {
  log::warn("store.outcome_unknown");
  const std::int64_t until_ns = clock_.steady_ns() + settings_.settle_ms * 1'000'000;
  for (std::string detail = "no note without a lock";;) {
    if (settings_.lock != WriteLock::kNone) {
      const auto stored = was_stored();
      if (stored && *stored) return {};
      lost_ = stored.has_value();
      if (stored) return std::unexpected(lost_error("lost before the commit"));
      detail = stored.error().detail;
    }
    if (settings_.lock == WriteLock::kNone || clock_.steady_ns() >= until_ns) {
      session_.reset();
      return std::unexpected(nobody_knows(std::move(detail)));
    }
    ::poll(nullptr, 0, kSettleRestMs);
  }
}

// Whether the batch that was committed last is there. With the lock held nothing of it can be under way any more.
Result<bool> Connection::was_stored() {
  LK_TRY(connect());
  LK_TRY(session_->run(fmt::format("{}; {}", kBeginWriting, lock_sql()).c_str()));
  LK_ASSIGN(const Rows noted, session_->run(fmt::format("SELECT batch FROM writers WHERE id = {}", writer_).c_str()));
  if (number_at(noted) != batch_) {
    LK_TRY(session_->run("ROLLBACK"));
    return false;
  }
  session_->take_warning();
  LK_ASSIGN(const Rows confirmed,
            session_->run(fmt::format("UPDATE writers SET at = {} WHERE id = {}; COMMIT", kNowMs, writer_).c_str()));
  if (says_commit(confirmed) && !session_->take_warning()) return true;
  return std::unexpected(lost_error("the commit was not confirmed"));
}

}  // namespace latchkey::store::postgres
