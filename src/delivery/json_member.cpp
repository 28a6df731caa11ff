#include "delivery/json_member.h"

#include <charconv>

#include "catalog/json_reader.h"

namespace latchkey::delivery {
namespace {

std::optional<std::string_view> member(std::string_view object, std::string_view name) {
  catalog::JsonReader reader(object);
  if (reader.kind() != catalog::JsonReader::Kind::kObject) return std::nullopt;
  std::optional<std::string_view> found;
  std::string storage;
  const bool valid = reader.object([&](std::string_view key, std::size_t) {
    reader.kind();  // passes over white space
    const std::size_t start = reader.position();
    if (!reader.skip()) return false;
    if (!found && catalog::unescape(key, storage) == name) found = object.substr(start, reader.position() - start);
    return true;
  });
  return valid && reader.at_end() ? found : std::nullopt;
}

}  // namespace

std::optional<std::string_view> json_member(std::string_view document, std::initializer_list<std::string_view> names) {
  std::optional<std::string_view> at = document;
  for (const std::string_view name : names) {
    if (at) at = member(*at, name);
  }
  return at;
}

std::optional<std::int64_t> json_integer(std::string_view document, std::initializer_list<std::string_view> names) {
  const auto literal = json_member(document, names);
  if (!literal) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(literal->data(), literal->data() + literal->size(), number);
  if (error != std::errc{} || end != literal->data() + literal->size()) return std::nullopt;
  return number;
}

std::optional<Secret> json_secret(std::string_view document, std::initializer_list<std::string_view> names) {
  const auto literal = json_member(document, names);
  if (!literal || !literal->starts_with('"')) return std::nullopt;
  std::string storage;
  storage.reserve(literal->size());  // so that it does not leave copies behind as it grows
  Secret text = Secret::copy_of(catalog::unescape(*literal, storage));
  wipe(storage);
  return text;
}

std::optional<std::string> json_text(std::string_view document, std::initializer_list<std::string_view> names) {
  const auto secret = json_secret(document, names);
  if (!secret) return std::nullopt;
  return std::string(secret->expose());
}

}  // namespace latchkey::delivery
