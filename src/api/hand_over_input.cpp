#include "api/hand_over_input.h"

namespace latchkey::api {

std::optional<HandOver> read_hand_over(FieldReader& fields, Mistakes& mistakes) {
  JsonValue* const object = fields.object("hand_over");
  if (object == nullptr) return std::nullopt;
  FieldReader inner(*object, fields.pointer("hand_over"), mistakes);
  inner.require("kind");
  const auto kind_name = inner.text("kind");
  const auto manager = inner.text("manager");
  const auto path = inner.text("path");
  inner.finish();
  if (!kind_name) return std::nullopt;
  const auto kind = parse_hand_over_kind(*kind_name);
  if (!kind) {
    inner.mistake("kind", "This must be \"show\", \"link\" or \"secret_manager\".");
    return std::nullopt;
  }
  if (*kind == HandOverKind::kSecretManager) {
    if (!manager) inner.mistake("manager", "Name the secret manager.");
    if (!path) inner.mistake("path", "Say where in the secret manager, such as \"apps/sms-partner\".");
  } else if (manager || path) {
    inner.mistake(manager ? "manager" : "path", "This is only for \"secret_manager\"; leave it out.");
  }
  return HandOver{*kind, manager.value_or(""), path.value_or("")};
}

}  // namespace latchkey::api
