// Where the public keys are published that leak reports are signed with. The port, and the adapter that asks by HTTPS.
// Thread-safe; fetch() blocks, ten seconds at most.
#pragma once
#include <atomic>
#include <string>

#include "base/error.h"

namespace latchkey::exposure {

class KeySource {
 public:
  virtual ~KeySource() = default;
  // The document as it is published.
  virtual Result<std::string> fetch() = 0;
};

class HttpKeySource final : public KeySource {
 public:
  static constexpr std::size_t kMaxDocumentBytes = 256 * 1024;
  // `ca_file` empty: the system's certificates. `stop` breaks off what is under way.
  HttpKeySource(std::string url, std::string ca_file) : url_(std::move(url)), ca_file_(std::move(ca_file)) {}
  Result<std::string> fetch() override;
  void stop() { stopping_ = true; }

 private:
  const std::string url_;
  const std::string ca_file_;
  std::atomic<bool> stopping_{false};
};

// https anywhere, http only on this machine: whoever could change the document on its way could sign reports. The message
// says what is wrong.
Result<void> check_key_url(const std::string& url);

}  // namespace latchkey::exposure
