#include "redis/command.h"

#include <fmt/format.h>

namespace latchkey::redis {
namespace {

void append_number(std::string& out, char lead, std::size_t number) {
  const fmt::format_int digits(number);
  (out += lead).append(digits.data(), digits.size()).append("\r\n");
}

void append_text(std::string& out, std::string_view text) {
  append_number(out, '$', text.size());
  out.append(text).append("\r\n");
}

}  // namespace

void Arguments::add(std::string_view text) {
  append_text(bytes_, text);
  ++count_;
}

void Arguments::add(std::int64_t number) {
  const fmt::format_int digits(number);
  add(std::string_view(digits.data(), digits.size()));
}

std::string command(std::initializer_list<std::string_view> lead, const Arguments& arguments) {
  std::string out;
  append_number(out, '*', lead.size() + static_cast<std::size_t>(arguments.count()));
  for (const std::string_view text : lead) append_text(out, text);
  return out.append(arguments.bytes());
}

}  // namespace latchkey::redis
