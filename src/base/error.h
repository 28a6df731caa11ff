// Operational errors: what went wrong with the world or with the input, as opposed to a denied request
// (core/decision.h) or a bug of ours (LK_CHECK in base/check.h). No exception crosses a room; functions that can
// fail answer Result<T>.
//
//   Result<Tenant> tenant = store.find_tenant(id);
//   if (!tenant) return std::unexpected(tenant.error());
//
// Values are immutable after construction and may be passed between threads.
#pragma once
#include <expected>
#include <string>
#include <utility>

namespace latchkey {

enum class ErrorCode {
  kInvalidArgument,     // the input is wrong; the message says how to mend it
  kNotFound,            // no such thing, or none that the asker may know of
  kConflict,            // the state forbids it
  kPreconditionFailed,  // it changed since the asker looked
  kUnauthenticated,
  kPermissionDenied,
  kTooLarge,
  kUnavailable,  // may work later
  kTimeout,
  kClosed,   // the other side went away
  kCorrupt,  // stored data is not what we wrote
  kTooNew,   // stored by a newer version
  kInternal,
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;  // one public sentence: what happened and what to do; never a secret
  std::string detail;   // for the log only; never a secret either
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, std::string message, std::string detail = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(detail)});
}

// Passes an error on: `LK_TRY(expression)` for Result<void>, `LK_ASSIGN(auto x, expression)` for values.
#define LK_CONCAT_INNER(a, b) a##b
#define LK_CONCAT(a, b) LK_CONCAT_INNER(a, b)
#define LK_TRY(expression)                                        \
  do {                                                            \
    auto lk_result = (expression);                                \
    if (!lk_result) return std::unexpected(lk_result.error());    \
  } while (false)
#define LK_ASSIGN_INNER(tmp, declaration, expression) \
  auto tmp = (expression);                            \
  if (!tmp) return std::unexpected(tmp.error());      \
  declaration = std::move(*tmp)
#define LK_ASSIGN(declaration, expression) LK_ASSIGN_INNER(LK_CONCAT(lk_tmp_, __LINE__), declaration, expression)

}  // namespace latchkey
