// sql::Connection on PostgreSQL. A connection that is lost is made anew by the next begin(), or by the next statement
// outside a transaction; within one it stays lost, so that nothing runs twice by halves.
//
//   1. A writing transaction first locks the one row of feed_head (or usage_head), so it is the only writer of all nodes
//      until it ends, and every later statement of it sees all that was committed before (READ COMMITTED).
//   2. It ends by noting (writer, batch) in `writers` and committing, in one message. When the connection dies before the
//      answer, a new one takes the lock, so that the old transaction is over, and reads that note: what became of it is
//      known, unless no server can be reached for settle_ms. What the note says was stored is confirmed by a commit, so that
//      a standby that commits wait for has it too.
//   3. The end of the feed is read with the lock, so changes are numbered here and stored along with the commit.
//   4. Values are sent and received in binary form, with the types that they were bound with.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/postgres/session.h"
#include "store/sql/connection.h"

namespace latchkey::store::postgres {

class PreparedStatement;

class Connection final : public sql::Connection {
 public:
  // The database must be there; its tables need not.
  static Result<std::unique_ptr<Connection>> open(Settings settings);
  ~Connection() override;

  sql::Dialect dialect() const override { return sql::Dialect::kPostgres; }
  Result<void> exec(const char* sql) override;
  sql::Statement prepare(std::string_view sql) override;
  std::int64_t changed_rows() const override { return changed_rows_; }
  Result<void> begin(Access access) override;
  Result<void> commit() override;
  void roll_back() override;
  bool in_transaction() const override { return in_transaction_ && !over_ && session_ && session_->alive(); }
  bool lost() const override { return lost_; }
  std::optional<std::int64_t> append_change(std::string row) override;
  std::optional<std::int64_t> end_of_feed() const override;

  // How many sessions there were, this one included.
  std::uint64_t sessions() const { return sessions_; }
  // For tests and for what is not SQL of the tables. Null while there is none.
  Session* session() { return session_.get(); }

 private:
  friend class PreparedStatement;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  explicit Connection(Settings settings);
  Result<void> connect();
  Result<Rows> execute(PreparedStatement& statement);
  Result<void> ready();
  void judge(const Error& error, bool only_read);
  Result<void> begin_in(const char* sql);
  Result<void> settle();
  Result<bool> was_stored();
  const char* lock_sql() const;
  std::string commit_sql() const;
  std::string with_put_off(std::string_view sql);
  void put_off(std::string_view sql);
  void drop_idle_statements();

  const Settings settings_;
  const SystemClock clock_;
  const std::int64_t writer_;  // random
  std::int64_t batch_ = 0;
  std::unique_ptr<Session> session_;
  std::uint64_t sessions_ = 0;
  bool in_transaction_ = false;
  bool over_ = false;  // the transaction is, by itself; what is still said within it fails
  Access access_ = Access::kRead;
  bool lost_ = false;
  std::int64_t head_ = 0;              // of the feed, as the transaction found it
  std::vector<std::string> appended_;  // changes of this transaction, which are stored as it commits
  std::size_t appended_at_savepoint_ = 0;
  std::int64_t changed_rows_ = 0;
  // Savepoints and the like, which go along with the next statement instead of costing a round trip each.
  std::vector<std::string> put_off_;
  std::uint64_t names_ = 0;  // given to prepared statements
  std::unordered_map<std::string, std::unique_ptr<PreparedStatement>, Hash, std::equal_to<>> cache_;
};

}  // namespace latchkey::store::postgres
