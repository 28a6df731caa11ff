#include "api/json_value.h"

#include <nlohmann/json.hpp>

namespace latchkey::api {
namespace {

using Json = nlohmann::json;

// Builds a JsonValue from the library's events. An event that answers false ends the reading.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(std::size_t max_values) : max_values_(max_values) {}

  bool null() override { return add(JsonValue()); }
  bool boolean(bool value) override {
    JsonValue out(JsonValue::Kind::kBoolean);
    out.boolean = value;
    return add(std::move(out));
  }
  bool number_integer(number_integer_t value) override {
    JsonValue out(JsonValue::Kind::kInteger);
    out.integer = value;
    return add(std::move(out));
  }
  bool number_unsigned(number_unsigned_t value) override {
    if (value <= INT64_MAX) return number_integer(static_cast<number_integer_t>(value));
    return add_text(JsonValue::Kind::kNumber, std::to_string(value));
  }
  bool number_float(number_float_t, const string_t& written) override {
    return add_text(JsonValue::Kind::kNumber, written);
  }
  bool string(string_t& value) override { return add_text(JsonValue::Kind::kString, std::move(value)); }
  bool binary(binary_t&) override { return false; }

  bool start_object(std::size_t) override { return open(JsonValue::Kind::kObject); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(JsonValue::Kind::kArray); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    const auto& members = open_.back()->members;
    if (std::any_of(members.begin(), members.end(), [&](const auto& member) { return member.name == name; })) {
      return refuse(pointer_to(pointer(), name), "This member appears twice; send it once.");
    }
    if (members.size() == kMaxJsonMembers)
      return refuse(pointer(), fmt::format("This object has more than {} members.", kMaxJsonMembers));
    name_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("", fmt::format("The body is not valid JSON: see byte {}.", position));
  }

  JsonValue root;
  JsonRefusal refusal;

 private:
  bool refuse(std::string pointer, std::string detail) {
    refusal = {std::move(pointer), std::move(detail)};
    return false;
  }

  bool add_text(JsonValue::Kind kind, std::string text) {
    JsonValue out(kind);
    out.text = std::move(text);
    return add(std::move(out));
  }

  bool add(JsonValue value) { return place(std::move(value)) != nullptr; }

  JsonValue* place(JsonValue value) {
    if (++values_ > max_values_) {
      refuse("", fmt::format("The document has more than {} values.", max_values_));
      return nullptr;
    }
    if (open_.empty()) return &(root = std::move(value));
    JsonValue& parent = *open_.back();
    if (parent.kind == JsonValue::Kind::kArray) return &parent.items.emplace_back(std::move(value));
    parent.members.push_back({std::move(name_), std::move(value)});
    return &parent.members.back().value;
  }

  bool open(JsonValue::Kind kind) {
    if (open_.size() == kMaxJsonDepth)
      return refuse("", fmt::format("The document is nested more than {} deep.", kMaxJsonDepth));
    JsonValue* value = place(JsonValue(kind));
    if (value == nullptr) return false;
    open_.push_back(value);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  // Of the innermost open value. An open value is the last of its parent.
  std::string pointer() const {
    std::string out;
    for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
      const JsonValue& parent = *open_[i];
      out = parent.kind == JsonValue::Kind::kArray ? pointer_to(out, parent.items.size() - 1)
                                                   : pointer_to(out, parent.members.back().name);
    }
    return out;
  }

  const std::size_t max_values_;
  std::vector<JsonValue*> open_;  // from the root down; a parent does not grow while its child is open
  std::string name_;
  std::size_t values_ = 0;
};

}  // namespace

JsonValue::JsonValue(Kind of_kind) : kind(of_kind) {}
JsonValue::JsonValue(JsonValue&&) noexcept = default;
JsonValue& JsonValue::operator=(JsonValue&&) noexcept = default;
JsonValue::~JsonValue() = default;

std::expected<JsonValue, JsonRefusal> parse_json(std::string_view text, std::size_t max_values) {
  Builder builder(max_values);
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) return std::unexpected(std::move(builder.refusal));
  return std::move(builder.root);
}

std::string pointer_to(std::string_view base, std::string_view name) {
  std::string out(base);
  out += '/';
  for (const char c : name) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string pointer_to(std::string_view base, std::size_t index) { return fmt::format("{}/{}", base, index); }

}  // namespace latchkey::api
