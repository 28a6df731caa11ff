#include "api/query.h"

#include <charconv>

#include "lifecycle/text.h"

namespace latchkey::api {
namespace {

constexpr std::size_t kMaxParameters = 32;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// As forms write it: '+' is a blank. Empty when an escape is broken or the result is not UTF-8.
std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high << 4 | low);
    i += 2;
  }
  if (!lifecycle::decode_utf8(out)) return std::nullopt;
  return out;
}

}  // namespace

QueryReader::QueryReader(std::string_view query, std::string_view repeatable) {
  std::size_t singles = 0, repeats = 0;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto name = decode(pair.substr(0, equals));
    auto value = decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!name || !value) {
      mistake("The query holds a percent escape that is broken or not UTF-8.");
    } else if (*name == repeatable) {
      if (++repeats > kMaxRepeats) {
        mistake(fmt::format("The parameter {} is given more than {} times.", repeatable, kMaxRepeats));
        return;
      }
      parameters_.emplace_back(std::move(*name), std::move(*value));
    } else if (++singles > kMaxParameters) {
      mistake(fmt::format("The query has more than {} parameters.", kMaxParameters));
      return;
    } else if (std::any_of(parameters_.begin(), parameters_.end(), [&](const auto& p) { return p.first == *name; })) {
      mistake(fmt::format("The parameter {} is given twice; give it once.", lifecycle::in_quotes(*name)));
    } else {
      parameters_.emplace_back(std::move(*name), std::move(*value));
    }
  }
}

const std::string* QueryReader::find(std::string_view name) {
  asked_.push_back(name);
  for (const auto& [parameter, value] : parameters_) {
    if (parameter == name) return &value;
  }
  return nullptr;
}

std::optional<std::string> QueryReader::text(std::string_view name, std::size_t max_characters) {
  const std::string* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (lifecycle::decode_utf8(*value)->size() > max_characters) {
    mistake(fmt::format("The parameter {} can be at most {} characters long.", name, max_characters));
    return std::nullopt;
  }
  return *value;
}

std::vector<std::string> QueryReader::texts(std::string_view name, std::size_t max_characters) {
  std::vector<std::string> values;
  if (!text(name, max_characters)) return values;
  for (const auto& [parameter, value] : parameters_) {
    if (parameter == name) values.push_back(value);
  }
  return values;
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  const std::string* value = find(name);
  if (value == nullptr) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error != std::errc() || end != value->data() + value->size() || number < min || number > max) {
    mistake(fmt::format("The parameter {} must be a whole number from {} to {}.", name, min, max));
    return std::nullopt;
  }
  return number;
}

void QueryReader::mistake(std::string sentence) {
  if (!mistakes_.empty()) mistakes_ += ' ';
  mistakes_ += sentence;
}

std::optional<Problem> QueryReader::finish() {
  for (const auto& parameter : parameters_) {
    if (std::find(asked_.begin(), asked_.end(), parameter.first) != asked_.end()) continue;
    mistake(fmt::format("There is no parameter {}.{}", lifecycle::in_quotes(parameter.first),
                        lifecycle::did_you_mean(parameter.first, asked_)));
  }
  if (mistakes_.empty()) return std::nullopt;
  return bad_request(mistakes_);
}

}  // namespace latchkey::api
