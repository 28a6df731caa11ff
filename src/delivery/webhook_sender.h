// Sending one webhook message: the port. Adapter: delivery/http_sender.h. Thread-safe; calls block, within the adapter's
// time-outs.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace latchkey::delivery {

struct WebhookRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct WebhookAnswer {
  std::optional<int> status_code;    // empty: none came
  std::optional<std::string> error;  // a sentence for the tenant; empty for 2xx
  std::int64_t duration_ms = 0;
  bool aborted = false;  // stopped before it was clear
};

class WebhookSender {
 public:
  virtual ~WebhookSender() = default;
  virtual WebhookAnswer send(const WebhookRequest& request, const std::atomic<bool>& abort) = 0;
};

}  // namespace latchkey::delivery
