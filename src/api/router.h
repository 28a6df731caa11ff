// From a method and a path to what answers them. Templates are literal segments and `{name}`; a parameter takes one
// whole segment, as it was sent. Literal segments win over parameters.
//
//   Router router;
//   router.add({.method = "GET", .path = "/v1/tenants/{tenant}", .handle = ...});
//   const RouteMatch match = router.find("GET", "/v1/tenants/ten_1");   // match.parameter(0) == "ten_1"
//
// Filled once, then immutable and safe to read from any thread.
#pragma once
#include <expected>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "api/problem.h"
#include "api/request.h"
#include "net/server.h"

namespace latchkey::api {

using Outcome = std::expected<ApiResponse, Problem>;

enum class Access {
  kAnyone,    // no credential is looked at
  kOptional,  // a session or operator is recognised, but need not be there
  kSignedIn,  // a person or an operator
  kOperator,
};

struct Route {
  std::string_view method;
  std::string_view path;  // the template
  Access access = Access::kSignedIn;
  // Answers after the body was read; on a worker thread, so it may block.
  std::function<Outcome(ApiRequest&)> handle = {};
  bool slow = false;     // hashes a password: bounded apart from the others
  bool on_loop = false;  // never blocks, and must answer when the worker pool is full
  // In place of `handle`: reads the body and answers by itself, once the caller is known.
  net::Handler pass_on = {};
};

struct RouteMatch {
  const Route* route = nullptr;              // null: none
  std::vector<std::string_view> parameters;  // in the order of the template
  std::string allow;                         // when only the method is wrong: those that are right
};

class Router {
 public:
  void add(Route route);
  // HEAD finds GET.
  RouteMatch find(std::string_view method, std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  std::vector<Route> routes_;
};

}  // namespace latchkey::api
