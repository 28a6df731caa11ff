// A statement of postgres::Connection: prepared on the server when it first runs, and again when values of other types are
// bound, or on another session.
#pragma once
#include <string>
#include <vector>

#include "store/postgres/placeholders.h"
#include "store/postgres/session.h"
#include "store/sql/connection.h"

namespace latchkey::store::postgres {

class Connection;

class PreparedStatement final : public sql::PreparedStatement {
 public:
  PreparedStatement(Connection& connection, std::string_view sql);

  void bind_null(int index) override;
  void bind_integer(int index, std::int64_t value) override;
  void bind_text(int index, std::string_view value) override;
  void bind_blob(int index, std::span<const std::uint8_t> value) override;
  Result<bool> step() override;
  void reset() override;
  bool is_null(int column) const override;
  std::int64_t integer(int column) const override;
  std::string_view text(int column) const override;
  std::span<const std::uint8_t> blob(int column) const override;

 private:
  friend class Connection;
  void bind(int index, Oid type, std::string bytes);
  Result<void> prepare(Session& session, std::uint64_t session_number, std::string name);
  bool prepared_for(std::uint64_t session_number) const;

  Connection& connection_;
  const Translated translated_;
  std::vector<Value> values_;
  bool out_of_range_ = false;
  // As the server has it.
  std::string name_;
  std::uint64_t session_ = 0;
  std::vector<Oid> types_;
  // What the last run answered, until reset.
  Rows rows_;
  int row_ = -1;
};

}  // namespace latchkey::store::postgres
