// Reads the members of a JSON object that a request sent. Notes every mistake instead of stopping at the first: wrong
// types, nulls, members that don't exist (with a guess at what was meant). What a value must be beyond its type is for
// the lifecycle room to say; combine() puts both lists together.
//
//   FieldReader fields(document, "", mistakes);
//   request.nickname = fields.text("nickname").value_or("");
//   fields.finish();   // after the last: whatever nobody asked for is unknown
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json_value.h"
#include "base/clock.h"
#include "base/secret.h"
#include "lifecycle/change_error.h"

namespace latchkey::api {

using Mistakes = std::vector<lifecycle::FieldError>;

class FieldReader {
 public:
  // `object` must outlive the reader; if it is no object, that is the one mistake.
  FieldReader(JsonValue& object, std::string pointer, Mistakes& mistakes);

  // Empty when the member is absent, or wrong and noted.
  std::optional<std::string> text(std::string_view name);
  std::optional<std::string> text_or_null(std::string_view name);  // null is as good as absent
  std::optional<Secret> secret(std::string_view name);             // takes the text out of the document
  std::optional<std::int64_t> integer(std::string_view name);
  std::optional<std::int64_t> integer_or_null(std::string_view name);  // null is as good as absent
  std::optional<bool> flag(std::string_view name);
  std::optional<std::vector<std::string>> texts(std::string_view name);
  std::optional<std::vector<std::string>> channels(std::string_view name);  // numbers are taken as text
  std::optional<std::optional<Instant>> time_or_null(std::string_view name);
  // Null when absent or noted.
  JsonValue* object(std::string_view name);
  JsonValue* array(std::string_view name);
  // Notes a member that must be there and isn't.
  void require(std::string_view name);
  // Notes a member that exists elsewhere, but may not be sent here, and why.
  void forbid(std::string_view name, std::string detail);
  void finish();

  std::string pointer(std::string_view name) const { return pointer_to(pointer_, name); }
  void mistake(std::string_view name, std::string detail) { mistakes_.push_back({pointer(name), std::move(detail)}); }

 private:
  JsonValue* find(std::string_view name);
  JsonValue* find(std::string_view name, JsonValue::Kind kind, std::string_view wanted);
  std::optional<std::vector<std::string>> list(std::string_view name, bool numbers_too);

  JsonValue* object_ = nullptr;
  const std::string pointer_;
  Mistakes& mistakes_;
  std::vector<std::string_view> asked_;
};

// All of `shape`, then what `meaning` adds about members whose shape was right.
Mistakes combine(Mistakes shape, const Mistakes& meaning);

}  // namespace latchkey::api
