#include "catalog/json_reader.h"

#include <simdjson.h>

#include <charconv>

namespace latchkey::catalog {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kHighs = 0x8080808080808080;

// The high bit of each byte that is below `limit` (at most 128). Bytes above the first such one may be marked wrongly.
constexpr std::uint64_t bytes_below(std::uint64_t word, std::uint64_t limit) {
  return (word - kOnes * limit) & ~word & kHighs;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

std::uint32_t hex4(std::string_view text) {
  std::uint32_t value = 0;
  std::from_chars(text.data(), text.data() + 4, value, 16);
  return value;
}

bool is_high_half(std::uint32_t c) { return c >= 0xd800 && c < 0xdc00; }
bool is_low_half(std::uint32_t c) { return c >= 0xdc00 && c < 0xe000; }

void append_utf8(std::string& out, std::uint32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
  } else {
    if (c < 0x10000) {
      out += static_cast<char>(0xe0 | c >> 12);
    } else {
      out += static_cast<char>(0xf0 | c >> 18);
      out += static_cast<char>(0x80 | (c >> 12 & 0x3f));
    }
    out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
  }
  out += static_cast<char>(0x80 | (c & 0x3f));
}

}  // namespace

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

std::size_t find_string_special(std::string_view text, std::size_t at) {
  if constexpr (std::endian::native == std::endian::little) {
    for (; at + 8 <= text.size(); at += 8) {
      std::uint64_t word;
      std::memcpy(&word, text.data() + at, 8);
      const std::uint64_t found =
          bytes_below(word, 0x20) | bytes_below(word ^ kOnes * '"', 1) | bytes_below(word ^ kOnes * '\\', 1);
      if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found)) / 8;
    }
  }
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return at;
  }
  return at;
}

JsonReader::Kind JsonReader::kind() {
  skip_space();
  if (at_ == text_.size()) return Kind::kInvalid;
  switch (text_[at_]) {
    case '{': return Kind::kObject;
    case '[': return Kind::kArray;
    case '"': return Kind::kString;
    case 't':
    case 'f': return Kind::kBoolean;
    case 'n': return Kind::kNull;
    default: return text_[at_] == '-' || is_digit(text_[at_]) ? Kind::kNumber : Kind::kInvalid;
  }
}

// Without recursion: which containers are open is kept as bits, 1 for an object.
bool JsonReader::skip() {
  std::uint64_t kinds = 0;
  for (const int outer = depth_;;) {
    const Kind found = kind();
    if (found == Kind::kObject || found == Kind::kArray) {
      const bool is_object = found == Kind::kObject;
      if (!enter()) return false;
      if (!next_is(is_object ? '}' : ']')) {
        kinds = kinds << 1 | (is_object ? 1 : 0);
        if (is_object && !key()) return false;
        continue;
      }
      leave();
    } else if (!plain()) {
      return false;
    }
    // A value has ended, and with it perhaps what holds it.
    while (depth_ > outer) {
      const bool in_object = (kinds & 1) != 0;
      if (take(',')) {
        if (in_object && !key()) return false;
        break;
      }
      if (!next_is(in_object ? '}' : ']')) return fail("a comma or a closing bracket is missing");
      leave();
      kinds >>= 1;
    }
    if (depth_ == outer) return true;
  }
}

bool JsonReader::scalar(std::string_view& literal) {
  skip_space();
  const std::size_t start = at_;
  if (!plain()) return false;
  literal = text_.substr(start, at_ - start);
  return true;
}

bool JsonReader::plain() {
  switch (kind()) {
    case Kind::kString: return string();
    case Kind::kNumber: return number();
    case Kind::kBoolean: return word(text_[at_] == 't' ? "true" : "false");
    case Kind::kNull: return word("null");
    case Kind::kObject:
    case Kind::kArray:
    case Kind::kInvalid: break;
  }
  return fail(at_ == text_.size() ? "it ends early" : "something stands where a value belongs");
}

bool JsonReader::key() {
  skip_space();
  return string() && (take(':') || fail("a colon is missing"));
}

bool JsonReader::string() {
  if (!next_is('"')) return fail("a member's name is missing");
  for (++at_;;) {
    at_ = find_string_special(text_, at_);
    if (at_ == text_.size()) return fail("a text does not end");
    if (text_[at_] == '"') return ++at_, true;
    if (text_[at_] != '\\') return fail("a text holds a control character");
    if (!escape()) return false;
  }
}

// At a backslash.
bool JsonReader::escape() {
  if (at_ + 1 >= text_.size()) return fail("a text does not end");
  if (text_[at_ + 1] != 'u') {
    if (std::string_view("\"\\/bfnrt").find(text_[at_ + 1]) == std::string_view::npos)
      return fail("an escape is unknown");
    at_ += 2;
    return true;
  }
  const auto code = [&](std::size_t at) -> std::optional<std::uint32_t> {
    const std::string_view text = text_.substr(std::min(at, text_.size()), 6);
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u' || !std::all_of(text.begin() + 2, text.end(), is_hex))
      return std::nullopt;
    return hex4(text.substr(2));
  };
  const auto first = code(at_);
  if (!first) return fail("an escape is incomplete");
  at_ += 6;
  if (surrogates_ == Surrogates::kAny || (!is_high_half(*first) && !is_low_half(*first))) return true;
  const auto second = code(at_);
  if (is_low_half(*first) || !second || !is_low_half(*second)) return fail("an escape is half of a pair");
  at_ += 6;
  return true;
}

bool JsonReader::number() {
  const auto digits = [&] {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > start;
  };
  if (text_[at_] == '-') ++at_;
  const bool zero = at_ < text_.size() && text_[at_] == '0';
  const std::size_t start = at_;
  if (!digits() || (zero && at_ - start > 1)) return fail("a number is not written as JSON has it");
  if (at_ < text_.size() && text_[at_] == '.') {
    ++at_;
    if (!digits()) return fail("a number is not written as JSON has it");
  }
  if (at_ < text_.size() && (text_[at_] | 0x20) == 'e') {
    ++at_;
    if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
    if (!digits()) return fail("a number is not written as JSON has it");
  }
  return true;
}

bool JsonReader::word(std::string_view expected) {
  if (text_.substr(at_, expected.size()) != expected) return fail("something stands where a value belongs");
  at_ += expected.size();
  return true;
}

bool JsonReader::at_end() {
  skip_space();
  return at_ == text_.size() || fail("something follows its end");
}

std::string_view unescape(std::string_view literal, std::string& storage) {
  literal = literal.substr(1, literal.size() - 2);
  if (literal.find('\\') == std::string_view::npos) return literal;
  storage.clear();
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] != '\\') {
      storage += literal[i];
      continue;
    }
    switch (literal[++i]) {
      case 'b': storage += '\b'; break;
      case 'f': storage += '\f'; break;
      case 'n': storage += '\n'; break;
      case 'r': storage += '\r'; break;
      case 't': storage += '\t'; break;
      case 'u': {
        std::uint32_t c = hex4(literal.substr(i + 1));
        i += 4;
        if (is_high_half(c) && literal.substr(i + 1, 2) == "\\u" && is_low_half(hex4(literal.substr(i + 3)))) {
          c = 0x10000 + ((c - 0xd800) << 10) + (hex4(literal.substr(i + 3)) - 0xdc00);
          i += 6;
        }
        append_utf8(storage, is_high_half(c) || is_low_half(c) ? 0xfffd : c);
        break;
      }
      default: storage += literal[i];
    }
  }
  return storage;
}

}  // namespace latchkey::catalog
