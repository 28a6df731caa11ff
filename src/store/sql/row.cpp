#include "store/sql/row.h"

namespace latchkey::store::sql {

std::optional<Instant> Row::maybe_instant() {
  if (skip_null()) return std::nullopt;
  return instant();
}

bool Row::skip_null() {
  if (!statement_.is_null(next_)) return false;
  ++next_;
  return true;
}

void Row::copy(std::span<std::uint8_t> out) {
  const auto stored = statement_.blob(next_++);
  if (stored.size() != out.size()) {
    sound_ = false;
    return;
  }
  std::copy(stored.begin(), stored.end(), out.begin());
}

Result<void> Row::sound(std::string_view table) const {
  if (sound_) return {};
  return fail(ErrorCode::kCorrupt, "The database holds a row that Latchkey did not write. Restore it from a backup.",
              fmt::format("a row of table {} is unsound", table));
}

}  // namespace latchkey::store::sql
