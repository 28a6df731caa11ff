// From columns to domain values, left to right. What is stored is checked as it is read: a value of the wrong form makes
// the row unsound, which is reported once, at the end.
//
//   Row row(statement);
//   tenant.id = row.id<TenantTag>();
//   row.text(tenant.name);
//   LK_TRY(row.sound("tenants"));
#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/error.h"
#include "base/id.h"
#include "store/sql/connection.h"
#include "store/sql/json_list.h"

namespace latchkey::store::sql {

class Row {
 public:
  explicit Row(const Statement& statement) : statement_(statement) {}

  std::int64_t integer() { return statement_.integer(next_++); }
  Instant instant() { return {integer()}; }
  std::optional<Instant> maybe_instant();
  // Assigns, so that a reused string keeps its storage.
  void text(std::string& out) { out.assign(statement_.text(next_++)); }
  // Nothing for NULL. The view lives until the next step.
  std::optional<std::string_view> maybe_text() {
    if (skip_null()) return std::nullopt;
    return statement_.text(next_++);
  }
  template <std::size_t N>
  void bytes(std::array<std::uint8_t, N>& out) {
    copy(out);
  }
  template <class Tag>
  Id<Tag> id() {
    Uuid uuid{};
    copy(uuid);
    return Id<Tag>(uuid);
  }
  // The nil id for NULL.
  template <class Tag>
  Id<Tag> maybe_id() {
    if (skip_null()) return {};
    return id<Tag>();
  }
  // An enumeration stored as its number, of `count` values.
  template <class E>
  E choice(int count) {
    const std::int64_t value = integer();
    if (value < 0 || value >= count) sound_ = false;
    return static_cast<E>(value);
  }
  // Empty for NULL.
  template <class T>
  void json(T& out) {
    if (skip_null()) {
      out = {};
    } else if (!from_json(statement_.text(next_++), out)) {
      sound_ = false;
    }
  }
  std::span<const std::uint8_t> blob() { return statement_.blob(next_++); }
  bool skip_null();  // whether the next column is NULL, which is then passed over
  void unsound() { sound_ = false; }

  Result<void> sound(std::string_view table) const;

 private:
  void copy(std::span<std::uint8_t> out);

  const Statement& statement_;
  int next_ = 0;
  bool sound_ = true;
};

}  // namespace latchkey::store::sql
