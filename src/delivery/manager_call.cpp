#include "delivery/manager_call.h"

#include "base/version.h"
#include "core/ip.h"
#include "delivery/curl_handle.h"

namespace latchkey::delivery {
namespace {

constexpr CurlHandle::Limits kLimits{.connect_ms = 5'000, .total_ms = 15'000};
constexpr std::size_t kMaxAnswerBytes = 256 * 1024;

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;  // which libcurl looks up nowhere
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  return address && address->is_loopback();
}

// Never grows beyond what was set aside, so that no copies are left behind.
std::size_t keep(char* bytes, std::size_t, std::size_t count, void* kept) {
  auto& body = *static_cast<std::string*>(kept);
  if (body.size() + count > kMaxAnswerBytes) return 0;
  body.append(bytes, count);
  return count;
}

bool is_about_trust(CURLcode code) {
  return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_CACERT_BADFILE;
}

void prepare(CurlHandle& curl, const ManagerRequest& request, const CurlList& headers, std::string& body) {
  curl.set(CURLOPT_URL, request.url.c_str());
  curl.set(CURLOPT_PROTOCOLS_STR, "https,http");
  curl.set(CURLOPT_FOLLOWLOCATION, 0L);
  curl.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl.set(CURLOPT_HTTPHEADER, headers.get());
  curl.set(CURLOPT_WRITEFUNCTION, keep);
  curl.set(CURLOPT_WRITEDATA, &body);
  if (request.body) {
    curl.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    curl.set(CURLOPT_POSTFIELDS, request.body->empty() ? "" : request.body->data());
  }
}

void sign(CurlHandle& curl, const AwsSigning& aws) {
  const std::string scope = fmt::format("aws:amz:{}:{}", aws.region, aws.service);
  const std::string id(aws.access_key_id);
  std::string secret(aws.secret_access_key.expose());
  curl.set(CURLOPT_AWS_SIGV4, scope.c_str());
  curl.set(CURLOPT_USERNAME, id.c_str());
  curl.set(CURLOPT_PASSWORD, secret.c_str());
  wipe(secret);
}

}  // namespace

Result<void> check_manager_address(const std::string& address) {
  const auto parts = take_apart(address);
  const bool fits =
      parts && !parts->has_user && !parts->has_fragment && (parts->scheme == "https" || parts->scheme == "http") &&
      address.find('/', address.find("://") + 3) == std::string::npos && address.find('?') == std::string::npos;
  if (!fits) return fail(ErrorCode::kInvalidArgument, "It must look like https://vault.example:8200, without a path.");
  if (parts->scheme == "http" && !is_loopback(parts->host)) {
    return fail(ErrorCode::kInvalidArgument,
                "It must start with https://; secrets travel in plain HTTP to 127.0.0.1 only.");
  }
  return {};
}

Result<ManagerAnswer> ManagerCaller::call(const ManagerRequest& request) const {
  CurlHandle curl(kLimits, ca_file_, stopping_);
  CurlList headers;
  for (const std::string& header : request.headers) headers.add(header);
  const std::string agent = "Latchkey/" + std::string(version());
  curl.set(CURLOPT_USERAGENT, agent.c_str());
  std::string body;
  body.reserve(kMaxAnswerBytes);
  prepare(curl, request, headers, body);
  if (request.aws) sign(curl, *request.aws);
  const CURLcode code = curl.perform();
  ManagerAnswer answer;
  answer.body = Secret(std::move(body));
  if (code == CURLE_OK) {
    answer.status = static_cast<int>(curl.response_code());
    return answer;
  }
  if (code == CURLE_WRITE_ERROR) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("The {} answered with more than anything that Latchkey writes; look at what stands there.",
                            title()));
  }
  if (is_about_trust(code)) {
    return fail(
        ErrorCode::kUnauthenticated,
        fmt::format(
            "The {} could not prove who it is by its certificate; ca_file must name the authority that signed it.",
            title()),
        curl.explain(code));
  }
  return fail(ErrorCode::kUnavailable, fmt::format("The {} gave no answer; it will be asked again.", title()),
              curl.explain(code));
}

}  // namespace latchkey::delivery
