// A JSON document from a request, read strictly: bounded in depth and size, UTF-8 only, and no object with
// two members of one name, because two readers would disagree about which of them counts.
//
//   auto document = parse_json(body);
//   if (!document) return problem(document.error());   // names the place, never repeats what stood there
//
// Plain values; copies of text that was secret are the reader's to wipe (see FieldReader::secret).
#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::api {

inline constexpr std::size_t kMaxJsonDepth = 16;
inline constexpr std::size_t kMaxJsonValues = 10'000;
inline constexpr std::size_t kMaxJsonMembers = 256;  // of one object

struct JsonMember;

struct JsonValue {
  enum class Kind { kNull, kBoolean, kInteger, kNumber, kString, kArray, kObject };

  explicit JsonValue(Kind of_kind = Kind::kNull);
  JsonValue(JsonValue&&) noexcept;
  JsonValue& operator=(JsonValue&&) noexcept;
  ~JsonValue();

  Kind kind;
  bool boolean = false;
  std::int64_t integer = 0;
  std::string text;  // of a string; of a kNumber (a fraction, or too large for an integer) as it was written
  std::vector<JsonValue> items;
  std::vector<JsonMember> members;  // in the order of the document
};

struct JsonMember {
  std::string name;
  JsonValue value;
};

struct JsonRefusal {
  std::string pointer;  // of the duplicate member; empty when the document as a whole is refused
  std::string detail;   // one sentence
};

std::expected<JsonValue, JsonRefusal> parse_json(std::string_view text, std::size_t max_values = kMaxJsonValues);

// `base` + "/" + `name`, escaped (RFC 6901).
std::string pointer_to(std::string_view base, std::string_view name);
std::string pointer_to(std::string_view base, std::size_t index);

}  // namespace latchkey::api
