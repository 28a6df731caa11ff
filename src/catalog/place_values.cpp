#include "catalog/place_values.h"

#include "base/byte_vectors.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMostUnknown = 16;
constexpr std::size_t kMostUnknownBytes = 64;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The beginning of a long value, not cut within a character.
std::string_view shortened(std::string_view value) {
  if (value.size() <= kMostUnknownBytes) return value;
  std::size_t end = kMostUnknownBytes;
  while (end > 0 && (static_cast<unsigned char>(value[end]) & 0xc0) == 0x80) --end;
  return value.substr(0, end);
}

void note_unknown(std::vector<std::string>& list, std::string_view value) {
  if (list.size() < kMostUnknown) list.emplace_back(shortened(value));
}

bool channels_are_numbers(const Catalog& catalog) {
  return std::any_of(catalog.channels().begin(), catalog.channels().end(),
                     [](const Channel& channel) { return channel.numeric; });
}

bool is_canonical_number(std::string_view text) {
  return !text.empty() && text.size() <= 18 && (text.size() == 1 || text[0] != '0') &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void Asked::clear() {
  channels = {};
  attributes = {};
  unknown_channels.clear();
  unknown_attributes.clear();
  every_channel = every_attribute = false;
  positional.clear();
}

std::optional<std::string> note_value(const Catalog& catalog, Subject subject,
                                      const std::vector<std::string>& everything, std::string_view value,
                                      Asked& asked) {
  if (has_control_character(value))
    return fmt::format("A {} holds a control character; leave it out.",
                       subject == Subject::kChannel ? "channel" : "attribute");
  if (std::find(everything.begin(), everything.end(), value) != everything.end()) {
    note_absent(subject, WhenAbsent::kEverything, asked);
    return std::nullopt;
  }
  if (subject == Subject::kAttribute) {
    if (const auto index = catalog.attribute_index(value)) {
      asked.attributes.insert(*index);
    } else {
      note_unknown(asked.unknown_attributes, value);
    }
    return std::nullopt;
  }
  if (const auto index = catalog.channel_index(value)) {
    asked.channels.insert(*index);
  } else if (channels_are_numbers(catalog) && !is_canonical_number(value)) {
    return fmt::format(
        "The channel \"{}\" is not a plain number, which servers read differently; write it in digits only, one "
        "channel at a time.",
        shortened(value));
  } else {
    note_unknown(asked.unknown_channels, value);
  }
  return std::nullopt;
}

void note_absent(Subject subject, WhenAbsent when_absent, Asked& asked) {
  if (when_absent == WhenAbsent::kNothing) return;
  (subject == Subject::kChannel ? asked.every_channel : asked.every_attribute) = true;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  if (!any_block(text, [](Bytes block) { return (block == '%') | (block == '+'); })) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    }
  }
  return out;
}

bool has_control_character(std::string_view text) {
  return any_block(text, [](Bytes block) { return (block < 0x20) | (block == 0x7f); });
}

}  // namespace latchkey::catalog
