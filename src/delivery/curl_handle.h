// libcurl, made safe: one transfer and what belongs to it. Nothing throws. Each object belongs to one thread.
#pragma once
#include <curl/curl.h>

#include <atomic>
#include <cstring>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/secret.h"

namespace latchkey::delivery {

class CurlList {
 public:
  CurlList() = default;
  CurlList(const CurlList&) = delete;
  CurlList& operator=(const CurlList&) = delete;
  // A header may hold a credential.
  ~CurlList() {
    for (curl_slist* at = list_; at != nullptr; at = at->next) wipe(at->data, std::strlen(at->data));
    curl_slist_free_all(list_);
  }
  void add(const std::string& line) { list_ = curl_slist_append(list_, line.c_str()); }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

class CurlHandle {
 public:
  struct Limits {
    long connect_ms = 0;
    long total_ms = 0;
  };
  // Ends early, with CURLE_ABORTED_BY_CALLBACK, once `abort` is set. `ca_file` empty: the system's certificates.
  CurlHandle(const Limits& limits, const std::string& ca_file, const std::atomic<bool>& abort);
  ~CurlHandle();
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  template <class T>
  void set(CURLoption option, T value) {
    curl_easy_setopt(handle_, option, value);
  }
  CURLcode perform() { return curl_easy_perform(handle_); }
  long response_code() const;
  // What libcurl says about a failure, in one sentence.
  std::string explain(CURLcode code) const;

 private:
  CURL* const handle_;
  char error_[CURL_ERROR_SIZE] = {};
};

// The parts of a URL that decide whether it may be used.
struct UrlParts {
  std::string scheme, host;
  bool has_user = false;
  bool has_fragment = false;
};
// kInvalidArgument when it is no URL with scheme and host.
Result<UrlParts> take_apart(const std::string& url);

}  // namespace latchkey::delivery
