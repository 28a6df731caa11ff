#include "catalog/query_parameters.h"

#include "base/byte_vectors.h"
#include "catalog/place_values.h"

namespace latchkey::catalog {
namespace {

constexpr std::size_t kMaxParameters = 512;

constexpr const char* kBadPercent =
    "The query has a percent sign that is not followed by two hex digits; write %25 for the sign itself.";
constexpr const char* kBadSemicolon =
    "The query has a ';' where some servers begin a new parameter; separate parameters by '&' and write ';' within "
    "values as %3B.";

// Whether decoding it once more would change it.
bool is_encoded_twice(std::string_view decoded) {
  for (std::size_t at = decoded.find('%'); at != std::string_view::npos; at = decoded.find('%', at + 1)) {
    if (percent_decode(decoded.substr(at, 3), false)) return true;
  }
  return false;
}

// Whether every server takes it apart in the same way, at '&' and '=' alone, and finds nothing to decode.
bool is_simple(std::string_view query) {
  return !any_block(query, [](Bytes block) {
    return (block == '%') | (block == '+') | (block == ';') | (block < 0x20) | (block == 0x7f);
  });
}

// What makes a query not simple, and what a name could be read differently for.
ByteMask complicated(Bytes block) {
  return (block == '%') | (block == '+') | (block == ';') | (block == '.') | (block == '[') | (block == ']') |
         (block <= 0x20) | (block >= 0x7f);
}

QueryParameter simple_parameter(std::string_view part) {
  const std::size_t equals = part.find('=');
  return {part.substr(0, equals), equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1)};
}

}  // namespace

void QueryParameters::add(QueryParameter parameter) {
  if (count_ < few_.size()) {
    few_[count_] = parameter;
  } else {
    if (many_.empty()) many_.assign(few_.begin(), few_.end());
    many_.push_back(parameter);
  }
  ++count_;
}

std::optional<std::string> QueryParameters::take(std::string_view part) {
  const auto [raw_name, raw_value] = simple_parameter(part);
  if (raw_name.find(';') != std::string_view::npos) return kBadSemicolon;
  auto name = percent_decode(raw_name, true);
  auto value = percent_decode(raw_value, true);
  if (!name || !value) return kBadPercent;
  if (has_control_character(*name)) return "The query has a control character in a parameter's name; leave it out.";
  if (is_encoded_twice(*name)) return "The query has a parameter whose name is percent-encoded twice; encode it once.";
  const std::string& kept_name = decoded_.emplace_back(std::move(*name));
  const std::string& kept_value = decoded_.emplace_back(std::move(*value));
  add({kept_name, kept_value});
  return take_semicolons(raw_value);
}

std::optional<std::string> QueryParameters::take_semicolons(std::string_view raw_value) {
  std::size_t at = raw_value.find(';');
  if (at == std::string_view::npos) return std::nullopt;
  if (raw_value.find('=', at) != std::string_view::npos) return kBadSemicolon;
  while (at != std::string_view::npos) {
    const std::size_t end = raw_value.find(';', at + 1);
    auto name = percent_decode(raw_value.substr(at + 1, end == std::string_view::npos ? end : end - at - 1), true);
    if (!name) return kBadPercent;
    names_after_semicolons_.push_back(std::move(*name));
    at = end;
  }
  return std::nullopt;
}

// Most queries are short, and nothing about them is complicated: looked through once, '&' and '=' as bits. False, having
// done nothing, for others.
bool QueryParameters::take_short(std::string_view query) {
  constexpr std::size_t kBits = 64;
  if (query.size() < kBlock || query.size() > kBits) return false;
  std::uint64_t ands = 0, equals = 0;
  ByteMask bad{};
  const auto look_at = [&](std::size_t at) {
    const Bytes block = block_at(query.data() + at);
    bad |= complicated(block);
    ands |= std::uint64_t{bits_of(block == '&')} << at;
    equals |= std::uint64_t{bits_of(block == '=')} << at;
  };
  for (std::size_t at = 0; at + kBlock < query.size(); at += kBlock) look_at(at);
  look_at(query.size() - kBlock);
  if (any(bad)) return false;
  names_are_plain_ = true;
  for (std::size_t at = 0; at < query.size();) {
    const std::uint64_t left = ~std::uint64_t{0} << at;
    const std::size_t end = std::min<std::size_t>(std::countr_zero(ands & left), query.size());
    const std::size_t equal = std::min<std::size_t>(std::countr_zero(equals & left), end);
    if (end > at) {
      add({query.substr(at, equal - at), equal < end ? query.substr(equal + 1, end - equal - 1) : std::string_view{}});
    }
    at = end + 1;
  }
  return true;
}

std::optional<std::string> QueryParameters::take_apart(std::string_view query) {
  if (take_short(query)) return std::nullopt;
  names_are_plain_ = !any_block(query, complicated);
  const bool simple = names_are_plain_ || is_simple(query);
  for (std::size_t at = 0; at <= query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view part = query.substr(at, end - at);
    at = end + 1;
    if (part.empty()) continue;
    if (count_ == kMaxParameters)
      return fmt::format("The query has more than {} parameters; send fewer.", kMaxParameters);
    if (simple) {
      add(simple_parameter(part));
    } else if (auto why = take(part)) {
      return why;
    }
  }
  return std::nullopt;
}

}  // namespace latchkey::catalog
