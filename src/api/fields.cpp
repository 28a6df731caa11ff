#include "api/fields.h"

#include "lifecycle/text.h"

namespace latchkey::api {
namespace {

// So that a body full of nonsense gets an answer of a readable size.
constexpr std::size_t kMaxMistakes = 100;

bool is_within(std::string_view pointer, std::string_view outer) {
  return pointer.starts_with(outer) && (pointer.size() == outer.size() || pointer[outer.size()] == '/');
}

}  // namespace

FieldReader::FieldReader(JsonValue& object, std::string pointer, Mistakes& mistakes)
    : pointer_(std::move(pointer)), mistakes_(mistakes) {
  if (object.kind == JsonValue::Kind::kObject) {
    object_ = &object;
  } else {
    mistakes_.push_back({pointer_, "This must be a JSON object."});
  }
}

JsonValue* FieldReader::find(std::string_view name) {
  asked_.push_back(name);
  if (object_ == nullptr) return nullptr;
  for (JsonMember& member : object_->members) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

JsonValue* FieldReader::find(std::string_view name, JsonValue::Kind kind, std::string_view wanted) {
  JsonValue* value = find(name);
  if (value == nullptr || value->kind == kind) return value;
  mistake(name, fmt::format("This must be {}.", wanted));
  return nullptr;
}

std::optional<std::string> FieldReader::text(std::string_view name) {
  JsonValue* value = find(name, JsonValue::Kind::kString, "a string");
  if (value == nullptr) return std::nullopt;
  return value->text;
}

std::optional<std::string> FieldReader::text_or_null(std::string_view name) {
  JsonValue* value = find(name);
  if (value == nullptr || value->kind == JsonValue::Kind::kNull) return std::nullopt;
  if (value->kind == JsonValue::Kind::kString) return value->text;
  mistake(name, "This must be a string or null.");
  return std::nullopt;
}

std::optional<Secret> FieldReader::secret(std::string_view name) {
  JsonValue* value = find(name, JsonValue::Kind::kString, "a string");
  if (value == nullptr) return std::nullopt;
  return Secret(std::move(value->text));
}

std::optional<std::int64_t> FieldReader::integer(std::string_view name) {
  JsonValue* value = find(name, JsonValue::Kind::kInteger, "a whole number");
  if (value == nullptr) return std::nullopt;
  return value->integer;
}

std::optional<std::int64_t> FieldReader::integer_or_null(std::string_view name) {
  const JsonValue* const value = find(name);
  if (value == nullptr || value->kind == JsonValue::Kind::kNull) return std::nullopt;
  if (value->kind == JsonValue::Kind::kInteger) return value->integer;
  mistake(name, "This must be a whole number or null.");
  return std::nullopt;
}
std::optional<bool> FieldReader::flag(std::string_view name) {
  JsonValue* value = find(name, JsonValue::Kind::kBoolean, "true or false");
  if (value == nullptr) return std::nullopt;
  return value->boolean;
}

std::optional<std::vector<std::string>> FieldReader::list(std::string_view name, bool numbers_too) {
  JsonValue* value = find(name, JsonValue::Kind::kArray, "an array");
  if (value == nullptr) return std::nullopt;
  std::vector<std::string> out;
  for (std::size_t i = 0; i < value->items.size(); ++i) {
    const JsonValue& item = value->items[i];
    if (item.kind == JsonValue::Kind::kString) {
      out.push_back(item.text);
    } else if (numbers_too && item.kind == JsonValue::Kind::kInteger) {
      out.push_back(std::to_string(item.integer));
    } else if (mistakes_.size() < kMaxMistakes) {
      mistakes_.push_back({pointer_to(pointer(name), i),
                           numbers_too ? "This must be a string or a whole number." : "This must be a string."});
    }
  }
  return out;
}

std::optional<std::vector<std::string>> FieldReader::texts(std::string_view name) { return list(name, false); }

std::optional<std::vector<std::string>> FieldReader::channels(std::string_view name) { return list(name, true); }

std::optional<std::optional<Instant>> FieldReader::time_or_null(std::string_view name) {
  JsonValue* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->kind == JsonValue::Kind::kNull) return std::optional<Instant>();
  if (value->kind == JsonValue::Kind::kString) {
    if (const auto instant = parse_rfc3339(value->text)) return instant;
  }
  mistake(name, "This must be a time such as \"2030-01-31T09:30:00Z\" (RFC 3339), or null for never.");
  return std::nullopt;
}

JsonValue* FieldReader::object(std::string_view name) { return find(name, JsonValue::Kind::kObject, "a JSON object"); }
JsonValue* FieldReader::array(std::string_view name) { return find(name, JsonValue::Kind::kArray, "an array"); }

void FieldReader::require(std::string_view name) {
  if (object_ == nullptr) return;
  for (const JsonMember& member : object_->members) {
    if (member.name == name) return;
  }
  mistake(name, "This is required.");
}

void FieldReader::forbid(std::string_view name, std::string detail) {
  if (find(name) != nullptr) mistake(name, std::move(detail));
}

void FieldReader::finish() {
  if (object_ == nullptr) return;
  for (const JsonMember& member : object_->members) {
    if (std::find(asked_.begin(), asked_.end(), member.name) != asked_.end()) continue;
    if (mistakes_.size() >= kMaxMistakes) return;
    const std::string meant = lifecycle::did_you_mean(member.name, asked_);
    mistake(member.name, "There is no such field." + (meant.empty() ? std::string(" Leave it out.") : meant));
  }
}

Mistakes combine(Mistakes shape, const Mistakes& meaning) {
  const std::size_t of_shape = shape.size();
  for (const lifecycle::FieldError& error : meaning) {
    const bool judged =
        std::any_of(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(of_shape), [&](const auto& wrong) {
          return is_within(error.pointer, wrong.pointer) || is_within(wrong.pointer, error.pointer);
        });
    if (!judged) shape.push_back(error);
  }
  return shape;
}

}  // namespace latchkey::api
