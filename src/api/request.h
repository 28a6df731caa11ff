// A request to the management API as handlers see it: routed, its body read, its caller known. Views are valid for as
// long as the handler runs.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/caller.h"
#include "net/http.h"

namespace latchkey::api {

struct ApiRequest {
  const net::RequestHead& head;
  net::Peer peer;
  std::string_view request_id;
  std::string_view query;                    // as sent, without '?'
  std::vector<std::string_view> parameters;  // of the path, in the order of the template
  std::string body = {};                     // may hold a password: wiped when the request ends
  Caller caller = {};
};

}  // namespace latchkey::api
