// SQLite's C interface as an engine of store/sql/connection.h: connections and their prepared statements, and its result
// codes as Errors. Nothing throws. Each object belongs to one thread at a time.
//
//   LK_ASSIGN(auto db, Connection::open(path, Connection::Access::kRead));
//   Statement query = db->prepare("SELECT name FROM tenants WHERE id = ?1");
#pragma once
#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "store/sql/connection.h"

namespace latchkey::store::sqlite {

using sql::Statement;
using sql::Transaction;

// `extended` is an extended result code.
Error error_from(int extended, std::string detail);

class Prepared final : public sql::PreparedStatement {
 public:
  // The same text must stay where it is as long as this.
  Prepared(sqlite3* db, std::string_view sql) : db_(db), sql_(sql) {}
  ~Prepared() override { sqlite3_finalize(handle_); }

  // Does nothing when it is prepared already.
  void prepare();

  void bind_null(int index) override { note(sqlite3_bind_null(handle_, index)); }
  void bind_integer(int index, std::int64_t value) override { note(sqlite3_bind_int64(handle_, index, value)); }
  void bind_text(int index, std::string_view value) override;
  void bind_blob(int index, std::span<const std::uint8_t> value) override;
  Result<bool> step() override;
  void reset() override;
  bool is_null(int column) const override { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(handle_, column); }
  std::string_view text(int column) const override;
  std::span<const std::uint8_t> blob(int column) const override;

 private:
  void note(int status) {
    if (status_ == SQLITE_OK) status_ = status;
  }

  sqlite3* const db_;
  const std::string_view sql_;
  sqlite3_stmt* handle_ = nullptr;
  int status_ = SQLITE_OK;  // of preparing and binding
};

class Connection final : public sql::Connection {
 public:
  // The file must exist. Sets what every connection needs (busy timeout, foreign keys, defensive settings).
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Access access);
  ~Connection() override;

  sql::Dialect dialect() const override { return sql::Dialect::kSqlite; }
  Result<void> exec(const char* sql) override;
  Statement prepare(std::string_view sql) override;
  std::int64_t changed_rows() const override { return sqlite3_changes64(handle_); }

  Result<void> begin(Access access) override;
  Result<void> commit() override;
  void roll_back() override;
  // SQLite ends a transaction by itself after some failures, such as a full disk.
  bool in_transaction() const override { return sqlite3_get_autocommit(handle_) == 0; }
  // Until the next transaction, commits bring the log into the file more seldom: rows that come in bulk touch the same
  // pages again and again, which are then written once for many times.
  void expect_many_writes() override;

  // For what only SQLite has.
  sqlite3* handle() const { return handle_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  void drop_idle_statements();
  void forget_failed_commit();

  sqlite3* const handle_;
  std::unordered_map<std::string, std::unique_ptr<Prepared>, Hash, std::equal_to<>> cache_;
};

}  // namespace latchkey::store::sqlite
