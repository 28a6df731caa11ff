// What a change to a key, tenant or person answers when it isn't made.
#pragma once
#include <string>
#include <vector>

#include "base/error.h"

namespace latchkey::lifecycle {

// One mistake of a request, with its place as an RFC 6901 pointer, such as "/restrictions/channels/0".
struct FieldError {
  std::string pointer;
  std::string detail;  // one sentence: what is wrong and what would be right
  bool operator==(const FieldError&) const = default;
};

// Either what the input is wrong about (all of it), or what stopped the operation.
struct ChangeError {
  Error error;  // kInvalidArgument when fields is not empty
  std::vector<FieldError> fields;
};
template <class T>
using ChangeResult = std::expected<T, ChangeError>;

inline std::unexpected<ChangeError> stopped_by(Error error) {
  return std::unexpected(ChangeError{std::move(error), {}});
}

inline std::unexpected<ChangeError> invalid(std::vector<FieldError> fields) {
  return std::unexpected(ChangeError{{ErrorCode::kInvalidArgument, "Some fields are not right; see `errors`.", {}},
                                     std::move(fields)});
}

}  // namespace latchkey::lifecycle
