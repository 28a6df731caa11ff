#include "store/tables/dialect.h"

#include <algorithm>

#include <fmt/format.h>

namespace latchkey::store::tables {

std::string id_list() {
  std::string list = "(?1";
  for (std::size_t number = 2; number <= kIdsAtOnce; ++number) list += fmt::format(", ?{}", number);
  return list + ")";
}

void bind_ids(sql::Statement& statement, std::span<const KeyId> ids) {
  for (std::size_t i = 0; i < kIdsAtOnce; ++i) {
    statement.bind_at(static_cast<int>(i + 1), ids[std::min(i, ids.size() - 1)].bytes());
  }
}

}  // namespace latchkey::store::tables
