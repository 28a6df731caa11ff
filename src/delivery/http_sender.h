// Webhook messages over HTTPS, by libcurl. What a tenant names as a URL must not lead into the network of the server:
// only https, only to public addresses (judged when the connection is made, so that a name can't turn to another address in
// between), no redirect followed, at most 64 KiB of the answer read, 5 s to connect and 15 s in all.
//
// allow_private, for development and tests, also takes http and addresses of the own network. Thread-safe.
#pragma once
#include "base/clock.h"
#include "delivery/webhook_sender.h"

namespace latchkey::delivery {

struct HttpOptions {
  bool allow_private = false;
  std::string ca_file;  // certificates in PEM in place of the system's; empty: the system's
};

class HttpSender final : public WebhookSender {
 public:
  HttpSender(HttpOptions options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}
  WebhookAnswer send(const WebhookRequest& request, const std::atomic<bool>& abort) override;

 private:
  const HttpOptions options_;
  const Clock& clock_;
};

}  // namespace latchkey::delivery
