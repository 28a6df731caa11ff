// The sample upstream: an API of the shipped catalog's shape, with made-up data, for trying things out and for tests. It
// answers every operation of catalogs/optimove.yaml, checks its input, and knows nothing of keys: Latchkey stands before it.
// What it saw of Latchkey it tells in X-Sample-Saw-Key-Id and X-Sample-Saw-Credential ("yes" or "no").
//
//   net::Server server({.address = "127.0.0.1", .port = 9000}, make_sample_api());
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/server.h"

namespace latchkey {

net::Handler make_sample_api();

namespace sample {

// One request, taken apart: names of parameters are in lower case, since the API does not care for case.
struct Query {
  std::vector<std::pair<std::string, std::string>> values;
  const std::string* find(std::string_view lower_name) const;
};

// Null when an escape is broken.
std::optional<Query> parse_query(std::string_view query);

// An answer that is made as it is sent: `next` appends a part to its argument, and says whether more is to come.
struct Answer {
  int status = 200;
  std::string body;
  std::function<bool(std::string&)> next;  // empty: `body` is all
};

Answer refuse(int status, std::string_view message);

// The API's operations by their names in lower case, without HTTP.
class Api {
 public:
  Api();
  ~Api();
  Answer answer(std::string_view method, std::string_view path, const Query& query, std::string_view body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sample
}  // namespace latchkey
