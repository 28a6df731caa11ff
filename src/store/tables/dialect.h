// SQL where the databases have no common form.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "core/api_key.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

// Behind a table: SQLite, left to itself, would choose another index. Others know how many rows there are of what.
inline std::string indexed_by(const sql::Connection& db, std::string_view index) {
  if (db.dialect() != sql::Dialect::kSqlite) return {};
  return std::string(" INDEXED BY ").append(index);
}

// A column that compares without regard to the case of ASCII letters, with what folded() makes. In SQLite the column is of
// the collation NOCASE; in PostgreSQL it is of the collation "C", in which lower() knows no other letters.
inline std::string folded_column(const sql::Connection& db, std::string_view column) {
  if (db.dialect() == sql::Dialect::kSqlite) return std::string(column);
  return std::string("lower(").append(column).append(")");
}
inline std::string folded(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// Bytes as hexadecimal digits, lower case in PostgreSQL and upper case in SQLite.
inline std::string hex_of(const sql::Connection& db, std::string_view column) {
  if (db.dialect() == sql::Dialect::kSqlite) return std::string("hex(").append(column).append(")");
  return std::string("encode(").append(column).append(", 'hex')");
}

// "(?1, ?2, ...)" for so many ids at once; fewer are bound with the last one over and over, so that it is always the same
// statement.
inline constexpr std::size_t kIdsAtOnce = 64;
std::string id_list();
void bind_ids(sql::Statement& statement, std::span<const KeyId> ids);

}  // namespace latchkey::store::tables
