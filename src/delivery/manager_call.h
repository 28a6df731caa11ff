// One HTTP request to a secret manager, and its answer, by libcurl. Both may hold secrets: bodies are wiped, and no message
// repeats what a server said. HTTPS only; plain HTTP to loopback, for an agent beside the server, and for tests. No redirect
// is followed, and no proxy used: a token must not travel elsewhere. At most 256 KiB of an answer, 5 s to connect, 15 s in all.
//
// Where managers are is the operator's word, not a tenant's, so private addresses are as good as others.
// Thread-safe.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/secret.h"

namespace latchkey::delivery {

// kInvalidArgument unless it is "https://HOST[:PORT]", or http to loopback.
Result<void> check_manager_address(const std::string& address);

// Signs by AWS' Signature Version 4.
struct AwsSigning {
  std::string_view region, service;
  std::string_view access_key_id;
  const Secret& secret_access_key;
};

struct ManagerRequest {
  std::string url;
  std::vector<std::string> headers;      // "Name: value"; wiped with the request
  std::optional<std::string_view> body;  // nothing: GET; something, be it empty: POST
  std::optional<AwsSigning> aws;

  ManagerRequest() = default;
  ManagerRequest(ManagerRequest&&) = default;
  ~ManagerRequest() {
    for (std::string& header : headers) wipe(header);
  }
};

struct ManagerAnswer {
  int status = 0;
  Secret body;
};

class ManagerCaller {
 public:
  // `name` is the manager's in the configuration. Calls end early once `stopping` is set, which must outlive this.
  ManagerCaller(std::string name, std::string ca_file, const std::atomic<bool>& stopping)
      : name_(std::move(name)), ca_file_(std::move(ca_file)), stopping_(stopping) {}
  // kUnavailable when no answer came; kUnauthenticated when the server could not prove who it is.
  Result<ManagerAnswer> call(const ManagerRequest& request) const;
  // `secret manager "corp"`
  std::string title() const { return fmt::format("secret manager \"{}\"", name_); }

 private:
  const std::string name_, ca_file_;
  const std::atomic<bool>& stopping_;
};

}  // namespace latchkey::delivery
