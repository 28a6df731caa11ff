// The request that a gateway asks about, from the fields in which gateways send it. Pure.
#pragma once
#include <string_view>

#include "net/http.h"

namespace latchkey::guard {

struct OriginalRequest {
  std::string_view method;
  std::string_view target;     // path and query
  std::string_view problem;    // not empty: why there is no single original request (a public sentence)
};

OriginalRequest original_request(const net::RequestHead& head);

}  // namespace latchkey::guard
