// An answer of the management API before it goes out. Plain values.
#pragma once
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::api {

struct ApiResponse {
  int status = 200;
  std::string body = {};
  std::string content_type = "application/json";  // left out when the body is empty
  std::vector<std::pair<std::string, std::string>> headers = {};
  // What is still to be waited for before the answer goes out; on threads that may wait long.
  std::function<void(ApiResponse&)> finish = {};
};

inline ApiResponse json_response(int status, std::string body) { return {.status = status, .body = std::move(body)}; }

}  // namespace latchkey::api
