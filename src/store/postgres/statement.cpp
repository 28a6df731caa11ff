#include "store/postgres/statement.h"

#include "store/postgres/connection.h"
#include "store/sql/text.h"

namespace latchkey::store::postgres {
namespace {

std::string big_endian(std::int64_t value) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (56 - 8 * i));
  return bytes;
}

// Of one to eight bytes, the highest first.
std::int64_t from_big_endian(const char* bytes, int size) {
  std::uint64_t value = size > 0 && (bytes[0] & 0x80) != 0 ? UINT64_MAX : 0;
  for (int i = 0; i < size; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  return static_cast<std::int64_t>(value);
}

// Sums of 64 bit numbers are NUMERIC: a count of digits to the base of 10,000, the first one's weight, a sign, a scale, digits.
std::int64_t from_numeric(const char* bytes, int size) {
  const auto short_at = [&](int index) { return from_big_endian(bytes + 2 * index, 2); };
  if (size < 8) return 0;
  std::int64_t value = 0;
  for (std::int64_t i = 0; i <= short_at(1); ++i) {
    const bool there = i < short_at(0) && 2 * (4 + i) + 2 <= size;
    value = value * 10'000 + (there ? short_at(static_cast<int>(4 + i)) : 0);
  }
  constexpr std::int64_t kNegative = 0x4000;
  return short_at(2) == kNegative ? -value : value;
}

}  // namespace

PreparedStatement::PreparedStatement(Connection& connection, std::string_view sql)
    : connection_(connection),
      translated_(with_dollars(sql)),
      values_(translated_.used.size()),
      types_(translated_.used.size(), 0) {
  // One that stands nowhere has no place that tells its type.
  for (std::size_t i = 0; i < types_.size(); ++i) {
    if (!translated_.used[i]) types_[i] = kText;
  }
}

void PreparedStatement::bind(int index, Oid type, std::string bytes) {
  const auto at = static_cast<std::size_t>(index - 1);
  if (at >= values_.size()) {
    out_of_range_ = true;
    return;
  }
  values_[at] = {type, std::move(bytes)};
}

void PreparedStatement::bind_null(int index) {
  const auto at = static_cast<std::size_t>(index - 1);
  if (at < values_.size()) values_[at] = {};
  out_of_range_ = out_of_range_ || at >= values_.size();
}
void PreparedStatement::bind_integer(int index, std::int64_t value) { bind(index, kInt8, big_endian(value)); }
void PreparedStatement::bind_text(int index, std::string_view value) { bind(index, kText, sql::storable(value)); }
void PreparedStatement::bind_blob(int index, std::span<const std::uint8_t> value) {
  bind(index, kBytea, std::string(value.begin(), value.end()));
}

Result<bool> PreparedStatement::step() {
  if (out_of_range_) return fail(ErrorCode::kInternal, "The database refused a command.", "no such parameter");
  if (!rows_) {
    LK_ASSIGN(rows_, connection_.execute(*this));
    row_ = -1;
  }
  if (row_ + 1 >= PQntuples(rows_.get())) {
    row_ = PQntuples(rows_.get());
    return false;
  }
  ++row_;
  return true;
}

void PreparedStatement::reset() {
  rows_.reset();
  row_ = -1;
  out_of_range_ = false;
  for (Value& value : values_) value = {};
}

// NULL goes with any type; one that was inferred stays unknown to us.
bool PreparedStatement::prepared_for(std::uint64_t session_number) const {
  if (session_ != session_number) return false;
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].bytes && values_[i].type != types_[i]) return false;
  }
  return true;
}

Result<void> PreparedStatement::prepare(Session& session, std::uint64_t session_number, std::string name) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (values_[i].bytes) types_[i] = values_[i].type;
  }
  if (session_ == session_number) {
    // Fails in a transaction that failed, and then it is the next statement that says so.
    static_cast<void>(session.run(fmt::format("DEALLOCATE {}", name_).c_str()));
  }
  session_ = 0;
  LK_TRY(session.prepare(name, translated_.sql, types_));
  name_ = std::move(name);
  session_ = session_number;
  return {};
}

bool PreparedStatement::is_null(int column) const { return PQgetisnull(rows_.get(), row_, column) != 0; }

std::int64_t PreparedStatement::integer(int column) const {
  const char* bytes = PQgetvalue(rows_.get(), row_, column);
  const int size = PQgetlength(rows_.get(), row_, column);
  switch (PQftype(rows_.get(), column)) {
    case kInt8:
    case kInt4:
    case kInt2:
    case kBool: return from_big_endian(bytes, size);
    case kNumeric: return from_numeric(bytes, size);
    default: return 0;
  }
}

std::string_view PreparedStatement::text(int column) const {
  return {PQgetvalue(rows_.get(), row_, column), static_cast<std::size_t>(PQgetlength(rows_.get(), row_, column))};
}

std::span<const std::uint8_t> PreparedStatement::blob(int column) const {
  const std::string_view bytes = text(column);
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace latchkey::store::postgres
