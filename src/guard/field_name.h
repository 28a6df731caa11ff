// Asking a field for its name, where many names are asked for in turn: nearly all differ in length.
#pragma once
#include <string_view>

#include "net/http.h"

namespace latchkey::guard {

// ASCII case ignored.
inline bool is_named(const net::Header& field, std::string_view name) {
  return field.name.size() == name.size() && net::same_name(field.name, name);
}

}  // namespace latchkey::guard
