#include "exposure/key_source.h"

#include "base/version.h"
#include "delivery/curl_handle.h"

namespace latchkey::exposure {
namespace {

constexpr delivery::CurlHandle::Limits kLimits{.connect_ms = 5'000, .total_ms = 10'000};

std::size_t append(char* data, std::size_t, std::size_t count, void* to) {
  auto& document = *static_cast<std::string*>(to);
  if (document.size() + count > HttpKeySource::kMaxDocumentBytes) return 0;
  document.append(data, count);
  return count;
}

}  // namespace

Result<std::string> HttpKeySource::fetch() {
  delivery::CurlHandle curl(kLimits, ca_file_, stopping_);
  std::string document;
  delivery::CurlList headers;
  headers.add("Accept: application/json");
  const std::string agent = "Latchkey/" + std::string(version());
  curl.set(CURLOPT_URL, url_.c_str());
  curl.set(CURLOPT_PROTOCOLS_STR, url_.starts_with("https:") ? "https" : "http");
  curl.set(CURLOPT_FOLLOWLOCATION, 0L);
  curl.set(CURLOPT_HTTPHEADER, headers.get());
  curl.set(CURLOPT_USERAGENT, agent.c_str());
  curl.set(CURLOPT_WRITEFUNCTION, append);
  curl.set(CURLOPT_WRITEDATA, &document);
  const CURLcode code = curl.perform();
  if (code != CURLE_OK) {
    return fail(ErrorCode::kUnavailable, "The public keys for leak reports could not be fetched.", curl.explain(code));
  }
  if (curl.response_code() != 200) {
    return fail(ErrorCode::kUnavailable, "The public keys for leak reports could not be fetched.",
                fmt::format("status {}", curl.response_code()));
  }
  return document;
}

Result<void> check_key_url(const std::string& url) {
  const auto parts = delivery::take_apart(url);
  if (!parts) return std::unexpected(parts.error());
  if (parts->has_user || parts->has_fragment) {
    return fail(ErrorCode::kInvalidArgument, "Leave user, password and fragment out of the URL.");
  }
  const bool here = parts->host == "localhost" || parts->host == "127.0.0.1" || parts->host == "[::1]";
  if (parts->scheme == "https" || (parts->scheme == "http" && here)) return {};
  return fail(ErrorCode::kInvalidArgument, "Use https: whoever can change the keys on their way can sign reports.");
}

}  // namespace latchkey::exposure
