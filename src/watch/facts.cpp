#include "watch/facts.h"

#include "base/json_text.h"

namespace latchkey::watch {

Facts& Facts::member(std::string_view name) {
  if (out_.size() > 1) out_ += ',';
  append_json_string(out_, name);
  out_ += ':';
  return *this;
}

Facts& Facts::number(std::string_view name, std::int64_t value) {
  member(name).out_ += std::to_string(value);
  return *this;
}

Facts& Facts::text(std::string_view name, std::string_view value) {
  append_json_string(member(name).out_, value);
  return *this;
}

Facts& Facts::null(std::string_view name) {
  member(name).out_ += "null";
  return *this;
}

Facts& Facts::json(std::string_view name, std::string_view value) {
  member(name).out_ += value;
  return *this;
}

}  // namespace latchkey::watch
