// Cursors of lists: where the last page ended, in a form that callers can carry but need not understand. A cursor names
// the query that it came from, so that it isn't mistaken for another's. It holds nothing that its owner hasn't seen.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/id.h"

namespace latchkey::store::sql {

struct CursorPosition {
  std::uint64_t query = 0;          // which query it belongs to; see fingerprint
  std::int64_t number = 0;          // the last item's number or time
  Uuid id{};                        // the last item's id
  std::optional<std::string> text;  // the last item's name, unless it is too long for a cursor
};

inline constexpr std::uint64_t kTenantCursor = 1;
inline constexpr int kMaxPage = 1000;
// Keeps a cursor under 512 characters.
inline constexpr std::size_t kMaxCursorText = 300;

std::uint64_t fingerprint(std::string_view query);
std::string encode_cursor(const CursorPosition& position);
// kInvalidArgument when it isn't ours or belongs to another query.
Result<CursorPosition> decode_cursor(std::string_view cursor, std::uint64_t query);

Result<void> check_page_limit(int limit);

}  // namespace latchkey::store::sql
