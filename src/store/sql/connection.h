// What the tables need of an SQL database, whichever it is: connections, prepared statements and transactions that clean up
// after themselves, and failures as Errors. Engines: store/sqlite/connection.h, store/postgres/connection.h. Nothing
// throws. Each object belongs to one thread at a time.
//
//   Statement query = db.prepare("SELECT name FROM tenants WHERE id = ?1");
//   query.bind(id.bytes());
//   LK_ASSIGN(const bool found, query.step());
//   if (found) use(query.text(0));
//
// SQL is what SQLite 3.40 and PostgreSQL 15 both take (and engines compatible with the latter): parameters are ?1, ?2, ...
// (an engine may write them another way), every integer is 64 bits wide, times are milliseconds, ids and digests are binary. Where no
// common form exists the tables ask dialect().
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/error.h"

namespace latchkey::store::sql {

enum class Dialect { kSqlite, kPostgres };

// An engine's prepared statement. Mistakes of preparing and binding show when it is stepped.
class PreparedStatement {
 public:
  PreparedStatement() = default;
  virtual ~PreparedStatement() = default;
  PreparedStatement(const PreparedStatement&) = delete;
  PreparedStatement& operator=(const PreparedStatement&) = delete;

  // Parameters by their number, from 1. Values are copied.
  virtual void bind_null(int index) = 0;
  virtual void bind_integer(int index, std::int64_t value) = 0;
  virtual void bind_text(int index, std::string_view value) = 0;
  virtual void bind_blob(int index, std::span<const std::uint8_t> value) = 0;
  virtual Result<bool> step() = 0;  // whether there is a row
  virtual void reset() = 0;         // keeps nothing; ready to be bound again
  // Of the current row, columns from 0. Views live until the next step.
  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual std::string_view text(int column) const = 0;
  virtual std::span<const std::uint8_t> blob(int column) const = 0;

  bool on_loan = false;
};

// A prepared statement on loan from its connection's cache; goes back, reset, when it dies.
class Statement {
 public:
  explicit Statement(PreparedStatement& prepared) : prepared_(&prepared) { prepared.on_loan = true; }
  Statement(Statement&& other) noexcept : prepared_(std::exchange(other.prepared_, nullptr)) {}
  Statement& operator=(Statement&&) = delete;
  ~Statement() {
    if (prepared_ == nullptr) return;
    prepared_->reset();
    prepared_->on_loan = false;
  }

  // Binds ?1, ?2, ...
  template <class... Values>
  Statement& bind(const Values&... values) {
    int index = 0;
    (bind_at(++index, values), ...);
    return *this;
  }
  // Binds one parameter by its number, for statements that don't use all of them.
  void bind_at(int index, std::int64_t value) { prepared_->bind_integer(index, value); }
  void bind_at(int index, int value) { prepared_->bind_integer(index, value); }
  void bind_at(int index, std::uint32_t value) { prepared_->bind_integer(index, value); }
  void bind_at(int index, Instant value) { prepared_->bind_integer(index, value.unix_ms); }
  void bind_at(int index, std::string_view value) { prepared_->bind_text(index, value); }
  void bind_at(int index, const std::string& value) { prepared_->bind_text(index, value); }
  void bind_at(int index, std::span<const std::uint8_t> value) { prepared_->bind_blob(index, value); }
  void bind_at(int index, std::nullopt_t) { prepared_->bind_null(index); }
  template <std::size_t N>
  void bind_at(int index, const std::array<std::uint8_t, N>& value) {
    prepared_->bind_blob(index, value);
  }
  template <class T>
  void bind_at(int index, const std::optional<T>& value) {
    value ? bind_at(index, *value) : prepared_->bind_null(index);
  }

  Result<bool> step() { return prepared_->step(); }
  Result<void> run();  // to the end, ignoring rows
  // Of an INSERT or UPDATE of one row, with RETURNING. SQLite judges foreign keys after it has told what to return, so the
  // number is good only once the statement is through.
  Result<std::int64_t> run_for_number();
  void reset() { prepared_->reset(); }

  bool is_null(int column) const { return prepared_->is_null(column); }
  std::int64_t integer(int column) const { return prepared_->integer(column); }
  std::string_view text(int column) const { return prepared_->text(column); }
  std::span<const std::uint8_t> blob(int column) const { return prepared_->blob(column); }

 private:
  PreparedStatement* prepared_;
};

class Connection {
 public:
  // A reading transaction sees one moment. A writing one is the only one: others that write, of whatever process, wait for
  // its end, so that what it read stays true until it commits.
  enum class Access { kRead, kWrite };

  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  virtual Dialect dialect() const = 0;
  virtual Result<void> exec(const char* sql) = 0;
  // The same text must not be on loan already (our bug otherwise). Text that is equal is prepared once.
  virtual Statement prepare(std::string_view sql) = 0;
  // By the last statement that changed any.
  virtual std::int64_t changed_rows() const = 0;

  virtual Result<void> begin(Access access) = 0;
  // When it answers an error, nothing was stored, unless the error says that nobody knows.
  virtual Result<void> commit() = 0;
  virtual void roll_back() = 0;
  // An engine ends a transaction by itself after some failures, such as a full disk or a lost connection.
  virtual bool in_transaction() const = 0;
  // After an error: the connection went away, and for sure nothing of what ran is stored, so that it may be run again once
  // begin() has made a new one. False when nobody knows.
  virtual bool lost() const { return false; }
  // For engines whose writing transactions hold the end of the change feed locked: numbers a change, and stores it as the
  // transaction commits, without a question to the database in between. `row` is what else is in its row, as SQL. Nullopt
  // where the database counts.
  virtual std::optional<std::int64_t> append_change(std::string row) { return std::nullopt; }
  // Where the feed ends in such a transaction, what was appended included.
  virtual std::optional<std::int64_t> end_of_feed() const { return std::nullopt; }
  // That what comes next writes much (an import): an engine may put off what it usually does after each commit.
  virtual void expect_many_writes() {}

 protected:
  Connection() = default;
};

// Rolls back unless committed.
class Transaction {
 public:
  static Result<Transaction> begin(Connection& db, Connection::Access access);
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Connection& db) : db_(&db) {}
  Connection* db_;
};

}  // namespace latchkey::store::sql
