// SQLite's C interface, made safe: connections, prepared statements and transactions that clean up after themselves,
// and its result codes as Errors. Nothing throws. Each object belongs to one thread at a time.
//
//   Statement query = db.prepare("SELECT name FROM tenants WHERE id = ?1");
//   query.bind(id.bytes());
//   LK_ASSIGN(const bool found, query.step());
//   if (found) use(query.text(0));
#pragma once
#include <sqlite3.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/error.h"

namespace latchkey::store::sqlite {

// `extended` is an extended result code.
Error error_from(int extended, std::string detail);

// A prepared statement on loan from its connection's cache; goes back, reset, when it dies. Mistakes of preparing and
// binding show when it is stepped.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Binds ?1, ?2, ... Values are copied.
  template <class... Values>
  Statement& bind(const Values&... values) {
    int index = 0;
    (note(bind_one(++index, values)), ...);
    return *this;
  }

  // Binds one parameter by its number, for statements that don't use all of them.
  template <class Value>
  void bind_at(int index, const Value& value) {
    note(bind_one(index, value));
  }

  Result<bool> step();  // whether there is a row
  Result<void> run();   // to the end, ignoring rows
  void reset();         // keeps nothing; ready to be bound again

  // Of the current row, columns from 0. Views live until the next step.
  bool is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
  std::string_view text(int column) const;
  std::span<const std::uint8_t> blob(int column) const;

 private:
  friend class Connection;
  Statement(sqlite3* db, sqlite3_stmt* handle, bool* on_loan, int status)
      : db_(db), handle_(handle), on_loan_(on_loan), status_(status) {}

  int bind_one(int index, std::int64_t value) { return sqlite3_bind_int64(handle_, index, value); }
  int bind_one(int index, int value) { return sqlite3_bind_int64(handle_, index, value); }
  int bind_one(int index, std::uint32_t value) { return sqlite3_bind_int64(handle_, index, value); }
  int bind_one(int index, Instant value) { return sqlite3_bind_int64(handle_, index, value.unix_ms); }
  int bind_one(int index, std::string_view value);
  int bind_one(int index, std::span<const std::uint8_t> value);
  int bind_one(int index, std::nullopt_t) { return sqlite3_bind_null(handle_, index); }
  template <std::size_t N>
  int bind_one(int index, const std::array<std::uint8_t, N>& value) {
    return bind_one(index, std::span<const std::uint8_t>(value));
  }
  int bind_one(int index, const std::string& value) { return bind_one(index, std::string_view(value)); }
  template <class T>
  int bind_one(int index, const std::optional<T>& value) {
    return value ? bind_one(index, *value) : bind_one(index, std::nullopt);
  }
  void note(int status) {
    if (status_ == SQLITE_OK) status_ = status;
  }

  sqlite3* db_;
  sqlite3_stmt* handle_;
  bool* on_loan_;
  int status_;
};

class Connection {
 public:
  enum class Access { kReadWrite, kReadOnly };
  // The file must exist. Sets what every connection needs (busy timeout, foreign keys, defensive settings).
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<void> exec(const char* sql);
  // The same text must not be on loan already (our bug otherwise).
  Statement prepare(std::string_view sql);

  std::int64_t changed_rows() const { return sqlite3_changes64(handle_); }
  std::int64_t last_row() const { return sqlite3_last_insert_rowid(handle_); }
  // For functions that SQL of ours calls.
  sqlite3* handle() const { return handle_; }
  // After how many pages in the log a commit brings them into the file. The writer sets what is usual before each transaction.
  static constexpr int kUsualCheckpoint = 1000;
  void checkpoint_after(int pages) { sqlite3_wal_autocheckpoint(handle_, pages); }
  // SQLite ends a transaction by itself after some failures, such as a full disk.
  bool in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

 private:
  struct Cached {
    sqlite3_stmt* handle = nullptr;
    bool on_loan = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  void drop_idle_statements();

  sqlite3* const handle_;
  std::unordered_map<std::string, Cached, Hash, std::equal_to<>> cache_;
};

// Rolls back unless committed.
class Transaction {
 public:
  enum class Kind { kRead, kWrite };
  static Result<Transaction> begin(Connection& db, Kind kind);
  Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(Connection& db) : db_(&db) {}
  Connection* db_;
};

}  // namespace latchkey::store::sqlite
