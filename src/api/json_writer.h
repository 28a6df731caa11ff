// Writes JSON from front to back. Text that is not UTF-8 is written with U+FFFD in place of what is not, so the result
// is always valid.
//
//   JsonWriter json;
//   json.begin_object().text("name", tenant.name).number("cid", tenant.cid).end_object();
//   return json.take();
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace latchkey::api {

class JsonWriter {
 public:
  // As an element of an array, or the document itself.
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::int64_t value);
  JsonWriter& json(std::string_view value);  // a value that is sound JSON already

  // As a member of an object.
  JsonWriter& member(std::string_view name);  // its value is written next
  JsonWriter& begin_object(std::string_view name) { return member(name).begin_object(); }
  JsonWriter& begin_array(std::string_view name) { return member(name).begin_array(); }
  JsonWriter& text(std::string_view name, std::string_view value) { return member(name).text(value); }
  JsonWriter& number(std::string_view name, std::int64_t value) { return member(name).number(value); }
  // To a thousandth.
  JsonWriter& real(std::string_view name, double value);
  JsonWriter& json(std::string_view name, std::string_view value) { return member(name).json(value); }
  JsonWriter& flag(std::string_view name, bool value);
  JsonWriter& null(std::string_view name);
  JsonWriter& time(std::string_view name, Instant value) { return text(name, format_rfc3339(value)); }
  JsonWriter& time(std::string_view name, const std::optional<Instant>& value) {
    return value ? time(name, *value) : null(name);
  }

  std::string take() { return std::move(out_); }

 private:
  void separate();
  std::string out_;
  bool comma_ = false;
};

}  // namespace latchkey::api
