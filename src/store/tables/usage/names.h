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

// Operations and outcomes, which are few: those that were met are kept in memory. Other nodes make some too. Thread-safe.
class Names {
 public:
  // Made when it is not there. In the writer's transaction, whose end settle() is told of.
  Result<std::int64_t> number_of(sql::Connection& db, std::string_view name);
  // A number that was rolled back may be another name's the next time.
  void settle(bool committed);

  Result<std::optional<std::int64_t>> find(sql::Connection& db, std::string_view name);
  Result<std::string> name_of(sql::Connection& db, std::int64_t number);  // empty for one that is not known

 private:
  std::optional<std::int64_t> known(std::string_view name);
  void learn(std::int64_t number, std::string_view name);

  std::mutex mutex_;
  std::unordered_map<std::string, std::int64_t> numbers_;  // guarded by mutex_
  std::unordered_map<std::int64_t, std::string> names_;    // guarded by mutex_
  // The writer's own: those that its transaction made.
  std::unordered_map<std::string, std::int64_t> made_;
};

}  // namespace latchkey::store::tables
