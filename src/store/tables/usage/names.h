// The short numbers that rows of usage hold in place of ids and names.
#pragma once
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.h"
#include "core/ids.h"
#include "store/sql/connection.h"

namespace latchkey::store::tables {

// Stands for a tenant as a whole in a row's column `key`.
inline constexpr std::int64_t kWholeTenant = 0;

// Of a tenant, or of a key of it; nothing when it was never counted.
Result<std::optional<std::int64_t>> find_subject(sql::Connection& db, TenantId tenant, std::optional<KeyId> key);
// Made when it is not there. In the writer's transaction.
Result<std::int64_t> subject_number(sql::Connection& db, TenantId tenant, std::optional<KeyId> key);

// Operations and outcomes, which are few: all of them are kept in memory. Thread-safe.
class Names {
 public:
  Result<void> load(sql::Connection& db);
  // In the writer's transaction. A name that a rolled-back transaction made keeps its number here and is written again.
  Result<std::int64_t> number_of(sql::Connection& db, std::string_view name);
  std::optional<std::int64_t> find(std::string_view name) const;
  std::string name_of(std::int64_t number) const;  // empty for one that is not known

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, std::int64_t> numbers_;
  std::unordered_map<std::int64_t, std::string> names_;
};

}  // namespace latchkey::store::tables
