// For tests: the head of a request, from literals.
#pragma once
#include "net/http.h"

namespace latchkey::api {

inline net::RequestHead head_of(std::string_view method, std::initializer_list<net::Header> headers) {
  net::RequestHead head;
  head.method = method;
  head.target = "/";
  head.headers = headers;
  return head;
}

}  // namespace latchkey::api
