#include "store/tables/key_list.h"

#include "store/sql/cursor.h"
#include "store/tables/dialect.h"
#include "store/tables/key_table.h"

namespace latchkey::store::tables {

using namespace sql;
namespace {

constexpr std::size_t kMaxSearchBytes = 1024;

bool by_nickname(KeySort sort) { return sort == KeySort::kNicknameAscending || sort == KeySort::kNicknameDescending; }
bool descending(KeySort sort) { return sort == KeySort::kCreatedDescending || sort == KeySort::kNicknameDescending; }

// What of the query decides which keys come in which order; a cursor is good for exactly that.
std::string describe(TenantId tenant, const KeyQuery& query) {
  const auto part = [](const std::optional<std::string>& value) {
    return value ? fmt::format("{}:{}", value->size(), *value) : std::string("-");
  };
  return fmt::format("{} {} {} {} {} {}", tenant.to_string(), part(query.text),
                     query.status ? to_string(*query.status) : "-", part(query.access_type), part(query.nickname),
                     static_cast<int>(query.sort));
}

std::string like_pattern(std::string_view text) {
  std::string pattern = "%";
  for (const char c : folded(text)) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

// The same judgement as ApiKey::status_at; ?2 is now.
std::string_view condition_of(KeyStatus status) {
  switch (status) {
    case KeyStatus::kDeleted: return " AND k.deleted_at IS NOT NULL";
    case KeyStatus::kRevoked: return " AND k.state = 2";
    case KeyStatus::kExpired: return " AND k.state <> 2 AND k.expires_at <= ?2";
    case KeyStatus::kDisabled: return " AND k.state = 1 AND (k.expires_at IS NULL OR k.expires_at > ?2)";
    case KeyStatus::kActive: return " AND k.state = 0 AND (k.expires_at IS NULL OR k.expires_at > ?2)";
  }
  return " AND 1 = 0";
}

// ?1 tenant, ?2 now, ?3 pattern, ?4 access type, ?5 nickname
std::string filter_of(const Connection& db, const KeyQuery& query) {
  std::string sql = " WHERE k.tenant_id = ?1";
  if (query.status != KeyStatus::kDeleted) sql += " AND k.deleted_at IS NULL";
  if (query.status) sql += condition_of(*query.status);
  if (query.access_type) sql += " AND k.access_type = ?4";
  if (query.nickname) sql += " AND " + folded_column(db, "k.nickname") + " = ?5";
  if (!query.text.empty()) {
    // SQLite's LIKE folds letters by itself.
    sql += fmt::format(
        " AND ({} LIKE ?3 ESCAPE '\\' OR {} LIKE ?3 ESCAPE '\\' OR {} LIKE ?3 ESCAPE '\\' OR 'key_' || {} LIKE ?3 "
        "ESCAPE "
        "'\\')",
        folded_column(db, "k.nickname"), folded_column(db, "k.contact_email"), folded_column(db, "k.hint"),
        hex_of(db, "k.id"));
  }
  return sql;
}

// ?6 and ?7 are where the last page ended, ?8 the limit
std::string page_of(const Connection& db, KeySort sort, bool from_start) {
  const std::string column = by_nickname(sort) ? folded_column(db, "k.nickname") : "k.created_at";
  const std::string_view direction = descending(sort) ? "DESC" : "ASC";
  std::string sql;
  if (!from_start) sql = fmt::format(" AND ({}, k.id) {} (?6, ?7)", column, descending(sort) ? '<' : '>');
  return sql + fmt::format(" ORDER BY {} {}, k.id {} LIMIT ?8", column, direction, direction);
}

// Left to itself, SQLite would walk all keys in the order asked for until it has a page of those with the nickname.
std::string source_of(const Connection& db, const KeyQuery& query) {
  return " FROM api_keys AS k" + (query.nickname ? indexed_by(db, "api_keys_by_nickname") : std::string());
}

Result<std::string> current_nickname(Connection& db, TenantId tenant, KeyId id) {
  LK_ASSIGN(KeyRecord record, find_key(db, tenant, id));
  return std::move(record.key.nickname);
}

struct Bound {
  std::string pattern;
  std::optional<std::int64_t> number;  // ?6 by creation
  std::optional<std::string> text;     // ?6 by nickname
  Uuid id{};
};

// Numbered parameters that a statement does not use may not be bound, so each is told of by its place.
void bind_all(Statement& statement, TenantId tenant, const KeyQuery& query, const Bound& bound, bool paged) {
  statement.bind_at(1, tenant.bytes());
  if (query.status && *query.status != KeyStatus::kRevoked && *query.status != KeyStatus::kDeleted)
    statement.bind_at(2, query.now);
  if (!query.text.empty()) statement.bind_at(3, bound.pattern);
  if (query.access_type) statement.bind_at(4, *query.access_type);
  if (query.nickname) statement.bind_at(5, folded(*query.nickname));
  if (!paged) return;
  if (bound.number) statement.bind_at(6, *bound.number);
  if (bound.text) statement.bind_at(6, folded(*bound.text));
  if (bound.number || bound.text) statement.bind_at(7, bound.id);
  statement.bind_at(8, query.limit + 1);
}

Result<Bound> bounds_of(Connection& db, TenantId tenant, const KeyQuery& query, std::uint64_t fingerprint) {
  Bound bound;
  bound.pattern = like_pattern(query.text);
  if (query.cursor.empty()) return bound;
  LK_ASSIGN(CursorPosition position, decode_cursor(query.cursor, fingerprint));
  bound.id = position.id;
  if (!by_nickname(query.sort)) {
    bound.number = position.number;
  } else if (position.text) {
    bound.text = std::move(position.text);
  } else {
    LK_ASSIGN(bound.text, current_nickname(db, tenant, KeyId(position.id)));
  }
  return bound;
}

}  // namespace

Result<KeyPage> list_keys(Connection& db, TenantId tenant, const KeyQuery& query) {
  LK_TRY(check_page_limit(query.limit));
  if (query.text.size() > kMaxSearchBytes) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("Search for at most {} bytes of text.", kMaxSearchBytes));
  }
  const std::uint64_t cursor_query = fingerprint(describe(tenant, query));
  LK_ASSIGN(const Bound bound, bounds_of(db, tenant, query, cursor_query));
  const std::string source = source_of(db, query);
  const std::string filter = filter_of(db, query);

  KeyPage page;
  if (query.count) {
    Statement count = db.prepare("SELECT count(*)" + source + filter);
    bind_all(count, tenant, query, bound, false);
    LK_TRY(count.step());
    page.total = count.integer(0);
  }

  Statement select =
      db.prepare("SELECT " LK_KEY_COLUMNS + source + filter + page_of(db, query.sort, query.cursor.empty()));
  bind_all(select, tenant, query, bound, true);
  KeyRecord record;
  for (;;) {
    LK_ASSIGN(const bool found, select.step());
    if (!found) return page;
    if (std::cmp_equal(page.keys.size(), query.limit)) {
      const ApiKey& last = page.keys.back();
      page.next_cursor = encode_cursor({.query = cursor_query,
                                        .number = last.created_at.unix_ms,
                                        .id = last.id.bytes(),
                                        .text = by_nickname(query.sort) ? std::optional(last.nickname) : std::nullopt});
      return page;
    }
    LK_TRY(read_key(select, record));
    page.keys.push_back(record.key);
  }
}

}  // namespace latchkey::store::tables
