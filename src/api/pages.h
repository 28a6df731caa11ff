// Serves the console's files: conditional requests, compressed bytes where the browser takes them, and caching that
// neither keeps an old page nor fetches a hashed asset twice.
#pragma once
#include <string_view>
#include <vector>

#include "api/static_files.h"
#include "net/http.h"

namespace latchkey::api {

struct Page {
  int status = 200;
  std::string_view body;
  std::vector<net::Header> headers;  // views into `file`, or literals
};

// `file` is what the path names.
Page answer_with(const StaticFile& file, const net::RequestHead& head);

}  // namespace latchkey::api
