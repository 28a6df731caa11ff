// Who asks, in one place. A program shows an operator key (`Authorization: Bearer`), a person's browser the session
// cookie; two credentials at once are refused, because it would be unclear which of them counts. A write with the cookie
// must prove that our own page made it: the session's CSRF token in X-CSRF-Token, and no foreign Origin.
//
// Thread-safe; blocks on the store.
#pragma once
#include <expected>

#include "api/caller.h"
#include "api/problem.h"
#include "api/router.h"
#include "lifecycle/operator_keys.h"
#include "lifecycle/people.h"
#include "net/http.h"

namespace latchkey::api {

class Authenticator {
 public:
  Authenticator(lifecycle::OperatorKeys& operator_keys, lifecycle::People& people)
      : operator_keys_(operator_keys), people_(people) {}
  // What `access` asks for, or why not.
  std::expected<Caller, Problem> authenticate(const net::RequestHead& head, Access access) const;

 private:
  std::expected<Caller, Problem> by_session(const net::RequestHead& head, std::string_view token, Access access) const;

  lifecycle::OperatorKeys& operator_keys_;
  lifecycle::People& people_;
};

}  // namespace latchkey::api
