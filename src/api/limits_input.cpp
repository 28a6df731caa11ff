#include "api/limits_input.h"

namespace latchkey::api {
namespace {

// So that a body full of nonsense gets an answer of a readable size.
constexpr std::size_t kMaxMistakes = 100;

lifecycle::RateLimitInput read_rate_limit(JsonValue& object, const std::string& pointer, Mistakes& mistakes) {
  FieldReader fields(object, pointer, mistakes);
  for (const std::string_view name : {"name", "requests"}) fields.require(name);
  lifecycle::RateLimitInput out;
  out.name = fields.text("name").value_or("");
  out.requests = fields.integer("requests");
  out.window_seconds = fields.integer("window_seconds");
  out.rate_class = fields.text_or_null("rate_class");
  fields.finish();
  return out;
}

lifecycle::QuotaInput read_quota(JsonValue& object, const std::string& pointer, Mistakes& mistakes) {
  FieldReader fields(object, pointer, mistakes);
  for (const std::string_view name : {"name", "period", "requests"}) fields.require(name);
  lifecycle::QuotaInput out;
  out.name = fields.text("name").value_or("");
  out.period = fields.text("period").value_or("");
  out.requests = fields.integer("requests");
  fields.finish();
  return out;
}

}  // namespace

std::optional<lifecycle::LimitsInput> read_limits(FieldReader& fields, Mistakes& mistakes) {
  JsonValue* object = fields.object("limits");
  if (object == nullptr) return std::nullopt;
  FieldReader inner(*object, fields.pointer("limits"), mistakes);
  lifecycle::LimitsInput out;
  const auto each = [&](std::string_view name, const auto& read, auto& list) {
    JsonValue* array = inner.array(name);
    if (array == nullptr) return;
    for (std::size_t i = 0; i < array->items.size() && mistakes.size() < kMaxMistakes; ++i) {
      list.push_back(read(array->items[i], pointer_to(inner.pointer(name), i), mistakes));
    }
  };
  each("rate_limits", read_rate_limit, out.rate_limits);
  each("quotas", read_quota, out.quotas);
  inner.finish();
  return out;
}

}  // namespace latchkey::api
