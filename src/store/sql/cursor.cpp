#include "store/sql/cursor.h"

#include "credential/digest.h"

namespace latchkey::store::sql {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kFixedBytes = 8 + 8 + 16 + 1;

void append_u64(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
}

std::uint64_t take_u64(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  bytes.remove_prefix(8);
  return value;
}

std::string to_base64url(std::string_view bytes) {
  std::string out;
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : bytes) {
    pending = pending << 8 | static_cast<std::uint8_t>(c);
    for (bits += 8; bits >= 6; bits -= 6) out += kBase64[pending >> (bits - 6) & 63];
  }
  if (bits > 0) out += kBase64[pending << (6 - bits) & 63];
  return out;
}

std::optional<std::string> from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t pending = 0;
  int bits = 0;
  for (const char c : text) {
    const std::size_t digit = kBase64.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    pending = pending << 6 | static_cast<std::uint32_t>(digit);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out += static_cast<char>(pending >> bits & 0xff);
    }
  }
  return out;
}

}  // namespace

std::uint64_t fingerprint(std::string_view query) {
  const auto digest = credential::sha256(query);
  std::string_view bytes(reinterpret_cast<const char*>(digest.data()), digest.size());
  return take_u64(bytes);
}

std::string encode_cursor(const CursorPosition& position) {
  std::string bytes;
  append_u64(bytes, position.query);
  append_u64(bytes, static_cast<std::uint64_t>(position.number));
  bytes.append(position.id.begin(), position.id.end());
  const bool fits = position.text && position.text->size() <= kMaxCursorText;
  bytes += fits ? '\1' : '\0';
  if (fits) bytes += *position.text;
  return to_base64url(bytes);
}

Result<CursorPosition> decode_cursor(std::string_view cursor, std::uint64_t query) {
  const auto bytes = from_base64url(cursor);
  std::string_view rest = bytes ? std::string_view(*bytes) : std::string_view();
  CursorPosition position;
  if (rest.size() >= kFixedBytes && rest.size() <= kFixedBytes + kMaxCursorText) {
    position.query = take_u64(rest);
    position.number = static_cast<std::int64_t>(take_u64(rest));
    std::copy_n(rest.begin(), position.id.size(), position.id.begin());
    rest.remove_prefix(position.id.size());
    if (rest[0] == '\1') position.text = std::string(rest.substr(1));
  }
  if (position.query != query) {
    return fail(ErrorCode::kInvalidArgument,
                "This cursor belongs to another list or other filters. Ask for the first page, without a cursor, and "
                "go on from there.");
  }
  return position;
}

Result<void> check_page_limit(int limit) {
  if (limit >= 1 && limit <= kMaxPage) return {};
  return fail(ErrorCode::kInvalidArgument, fmt::format("A page holds 1 to {} items.", kMaxPage));
}

}  // namespace latchkey::store::sql
