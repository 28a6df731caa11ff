#include "delivery/curl_handle.h"

#include "base/check.h"

namespace latchkey::delivery {
namespace {

int stop_if_asked(void* abort, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(abort)->load() ? 1 : 0;
}

CURL* make_handle() {
  static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
  LK_CHECK(ready == CURLE_OK);
  CURL* handle = curl_easy_init();
  LK_CHECK(handle != nullptr);
  return handle;
}

struct Url {
  CURLU* handle = curl_url();
  Url() = default;
  Url(const Url&) = delete;
  ~Url() { curl_url_cleanup(handle); }
  std::string part(CURLUPart which) const {
    char* text = nullptr;
    if (curl_url_get(handle, which, &text, 0) != CURLUE_OK) return {};
    std::string out(text);
    curl_free(text);
    return out;
  }
};

}  // namespace

CurlHandle::CurlHandle(const Limits& limits, const std::string& ca_file, const std::atomic<bool>& abort)
    : handle_(make_handle()) {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, error_);
  set(CURLOPT_CONNECTTIMEOUT_MS, limits.connect_ms);
  set(CURLOPT_TIMEOUT_MS, limits.total_ms);
  // A proxy from the environment would be asked to go where the addresses are not judged.
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, stop_if_asked);
  set(CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&abort));
  if (!ca_file.empty()) set(CURLOPT_CAINFO, ca_file.c_str());
}

CurlHandle::~CurlHandle() { curl_easy_cleanup(handle_); }

long CurlHandle::response_code() const {
  long code = 0;
  curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &code);
  return code;
}

std::string CurlHandle::explain(CURLcode code) const {
  std::string text = error_[0] == '\0' ? curl_easy_strerror(code) : error_;
  while (text.ends_with('\n') || text.ends_with('.')) text.pop_back();
  return text;
}

Result<UrlParts> take_apart(const std::string& url) {
  const Url parsed;
  if (curl_url_set(parsed.handle, CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
    return fail(ErrorCode::kInvalidArgument, "This is not a URL.");
  }
  UrlParts parts;
  parts.scheme = parsed.part(CURLUPART_SCHEME);
  parts.host = parsed.part(CURLUPART_HOST);
  parts.has_user = !parsed.part(CURLUPART_USER).empty() || !parsed.part(CURLUPART_PASSWORD).empty();
  parts.has_fragment = url.find('#') != std::string::npos;
  if (parts.scheme.empty() || parts.host.empty())
    return fail(ErrorCode::kInvalidArgument, "This is not a URL with a host.");
  return parts;
}

}  // namespace latchkey::delivery
