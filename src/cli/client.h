// A running server, over HTTP. Answers that are no success become failures with the server's own words.
//
//   const auto client = Client::connect(options.url);
//   const auto page = client->get("/v1/tenants");   // the JSON text
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "cli/failure.h"
#include "cli/server_url.h"

namespace latchkey::cli {

class Client {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  // Takes the operator key from LATCHKEY_OPERATOR_KEY: what stands on a command line can be seen by everybody.
  static Attempt<Client> connect(const std::string& url);
  // The same, but without that key too, for what can be asked by anybody (on the check listener).
  static Attempt<Client> connect_with_or_without_key(const std::string& url);
  // At the same address, with another operator key.
  Client with_key(Secret operator_key) const { return Client(url_, std::move(operator_key)); }

  Attempt<std::string> get(const std::string& path) const { return call("GET", path, {}, {}); }
  Attempt<std::string> remove(const std::string& path) const { return call("DELETE", path, {}, {}); }
  Attempt<std::string> post(const std::string& path, const std::string& json, const Headers& headers = {}) const {
    return call("POST", path, json, headers);
  }

 private:
  Client(ServerUrl url, Secret operator_key) : url_(std::move(url)), operator_key_(std::move(operator_key)) {}
  Attempt<std::string> call(const char* method, const std::string& path, const std::string& json,
                            const Headers& headers) const;

  ServerUrl url_;
  Secret operator_key_;
};

// From an answer's status and body.
Failure failure_of(long status, const std::string& body);

}  // namespace latchkey::cli
