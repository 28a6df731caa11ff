// Who asks: nobody, a program with an operator key, or a person with a session.
#pragma once
#include <string>
#include <variant>

#include "core/api_key.h"
#include "core/tenant.h"

namespace latchkey::api {

struct Nobody {};
struct Operator {
  Actor actor;
};
struct Person {
  User user;
  std::string csrf_token;
  Instant expires_at;  // of the session
};

using Caller = std::variant<Nobody, Operator, Person>;

// As it is remembered on what the caller makes.
Actor actor_of(const Caller& caller);

}  // namespace latchkey::api
